"""What a WSGI server imports: `wsgi:app`. It does not start on a database that lost a promise.

Commands name the application itself instead (`FLASK_APP=venue`): they must run to repair it.
"""

from venue import create_app
from venue.doctor import assert_sound

app = create_app()
assert_sound(app)
