"""What a WSGI server imports: `wsgi:app`."""

from venue import create_app

app = create_app()
