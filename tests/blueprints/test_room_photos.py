"""The photo of a room: sent by the office, served to all for good, and never with what is in it."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from tests import town as make
from tests.pages import text_of
from venue.audit.models import AuditEntry
from venue.blueprints.office import photos
from venue.places.models import RoomPhoto

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def picture(color: str = "#0b5c55", size=(600, 400), kind: str = "JPEG") -> BytesIO:
    buffer = BytesIO()
    Image.new("RGB", size, color).save(buffer, kind)
    buffer.seek(0)
    return buffer


@pytest.fixture
def path(office) -> str:
    return f"/rooms/{office.town.studio.id}/photo"


@pytest.fixture
def send(office, path):
    def send(photo=None, shows: str = "靠窗四张长案", status: int = 303, name: str = "画室.jpg"):
        form = office.get(path).form(path)
        typed = {"shows": shows}
        if photo is not None:
            typed["photo"] = (photo, name)
        return office.browse.submit(form, typed, status)

    return send


def photo_of(session, town) -> RoomPhoto | None:
    session.expire_all()
    return session.get(RoomPhoto, town.studio.id)


def addresses(page) -> list[str]:
    return [image.get("src") for image in page.by_class("room-photo") if image.tag == "img"]


def test_a_photo_is_put_up_and_shown_to_everybody(office, send, path, db_session, browse):
    page = office.browse.follow(send(picture()))
    assert "已保存" in page.words
    kept = photo_of(db_session, office.town)
    assert (kept.width, kept.height, kept.shows) == (600, 400, "靠窗四张长案")
    for address in (f"/rooms/{kept.room_id}", "/centers/wutongli/rooms/list"):
        [image] = [one for one in browse.get(address).by_class("room-photo") if one.tag == "img"]
        assert image.get("alt") == "靠窗四张长案"
        assert image.get("src") == f"/rooms/{kept.room_id}/photo/{kept.digest}.jpg"
    assert [one.facts for one in entries(db_session)] == [{"what": "put_up"}]


def entries(session) -> list[AuditEntry]:
    return session.query(AuditEntry).where(AuditEntry.action == "room.pictured").all()


@pytest.mark.parametrize("signed_in", [True, False])
def test_the_photo_may_be_kept_for_good(office, send, app, db_session, signed_in):
    send(picture())
    kept = photo_of(db_session, office.town)
    client = office.browse.client if signed_in else app.test_client()
    address = f"/rooms/{kept.room_id}/photo/{kept.digest}.jpg"
    answer = client.get(address)
    assert answer.mimetype == "image/jpeg"
    assert "immutable" in answer.headers["Cache-Control"]
    assert "public" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_another_photo_has_another_address_and_the_old_one_is_gone(office, send, db_session):
    send(picture())
    first = photo_of(db_session, office.town).digest
    send(picture("#b3370f"))
    second = photo_of(db_session, office.town).digest
    assert first != second
    room_id = office.town.studio.id
    office.browse.client.get(f"/rooms/{room_id}/photo/{second}.jpg")
    for digest in (first, "0" * 64, "x"):
        office.browse.get(f"/rooms/{room_id}/photo/{digest}.jpg", status=404)


def test_the_same_form_with_another_file_is_another_form(office, path, db_session):
    form = office.get(path).form(path)
    for color in ("#0b5c55", "#b3370f"):
        typed = {"shows": "长案", "photo": (picture(color), "a.jpg")}
        office.browse.submit(form, typed)
    kept = Image.open(BytesIO(photo_of(db_session, office.town).content))
    assert kept.getpixel((5, 5))[0] > 150


def test_the_words_alone_may_change(office, send, db_session):
    send(picture())
    digest = photo_of(db_session, office.town).digest
    send(None, "墙上挂满了山水")
    kept = photo_of(db_session, office.town)
    assert (kept.digest, kept.shows) == (digest, "墙上挂满了山水")
    assert [one.facts["what"] for one in entries(db_session)] == ["put_up", "described"]


def test_a_photo_is_taken_down(office, send, path, db_session):
    send(picture())
    office.press(path, f"{path}/removal")
    assert photo_of(db_session, office.town) is None
    assert "还没有照片" in office.get(path).words


@pytest.mark.parametrize(
    ("file", "shows", "field", "sentence"),
    [
        (None, "长案", "photo", "请选一张照片"),
        (BytesIO(b"%PDF-1.7"), "长案", "photo", "这个文件打不开"),
        (BytesIO(b"\x89PNG\r\n\x1a\n"), "长案", "photo", "JPEG、PNG 或 WebP"),
        (picture(kind="GIF"), "长案", "photo", "这个文件打不开"),
        (picture(), "", "shows", "请写一句照片上有什么"),
        (picture(), "长" * 101, "shows", "最多 100 个字"),
    ],
    ids=["none", "pdf", "broken", "gif", "no words", "too many words"],
)
def test_what_cannot_be_shown_is_said_beside_its_field(
    send, office, db_session, file, shows, field, sentence
):
    page = send(file, shows, 422)
    assert sentence in text_of(page.by_id(f"{field}-error"))
    assert page.form("/photo").fields["shows"] == [shows]
    assert photo_of(db_session, office.town) is None


@pytest.mark.parametrize(("times", "status"), [(1, 422), (3, 413)], ids=["a little", "far"])
def test_a_file_that_is_too_large_is_said_beside_its_field(
    send, office, db_session, monkeypatch, times: int, status: int
):
    monkeypatch.setattr(photos, "LARGEST_FILE", 50_000)
    monkeypatch.setattr(photos, "REQUEST_LIMIT", 10_000)
    page = send(BytesIO(b"\xff" * (50_000 * times + 1)), status=status)
    assert "照片太大了，最多 10 MB" in text_of(page.by_id("photo-error"))
    assert photo_of(db_session, office.town) is None


def test_elsewhere_a_large_form_is_still_refused(office):
    office.browse.post("/office/wutongli/rooms/new", {"about": "长" * 1_000_000}, 413)


def test_a_room_of_another_center_gets_no_photo_from_here(office, db_session):
    room = make.room(db_session, office.town.elsewhere, "舞蹈室")
    db_session.commit()
    office.get(f"/rooms/{room.id}/photo", 404)
