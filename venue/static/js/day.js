// The day as a picture: rooms as rows, what takes place as bars that can be dragged. It is drawn of
// the list on the page, and a drop only asks for the form of the new place: that saves, or not.
"use strict";

const picture = document.getElementById("day-picture");
const adjustment = document.getElementById("adjustment");

// Wall-clock time without a zone: the calendar shows it as it stands, wherever the browser is. What
// holds several rooms is drawn in each.
function barsOfTheList() {
  return [...document.querySelectorAll("[data-room] [data-key]")].map((item, number) => ({
    id: String(number),
    resourceIds: [item.closest("[data-room]").dataset.room],
    start: item.dataset.starts,
    end: item.dataset.ends,
    title: item.dataset.title,
    editable: !("fixed" in item.dataset),
    classNames: [`tone-${item.dataset.category || "hire"}`],
    extendedProps: { adjust: item.dataset.adjust, fixed: "fixed" in item.dataset },
  }));
}

function two(number) {
  return String(number).padStart(2, "0");
}

// The calendar hands out what it shows as the browser's local time, wherever the browser is.
function day(at) {
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function clock(at) {
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

let putBack = () => {};

async function ask(event, revert) {
  putBack();
  putBack = revert;
  const place = new URLSearchParams({
    on: day(event.start),
    starts_time: clock(event.start),
    ends_time: clock(event.end),
    room_id: event.resourceIds[0],
  });
  await htmx.ajax("GET", `${event.extendedProps.adjust}?${place}`, {
    target: "#adjustment",
    swap: "innerHTML",
  });
  const title = document.getElementById("adjust-title");
  if (!title) return;
  title.focus();
  adjustment.scrollIntoView({ block: "nearest" });
}

// Not to adjust it puts the bar back where it was, without loading the page again.
adjustment.addEventListener("click", (click) => {
  if (!click.target.closest("[data-put-back]")) return;
  click.preventDefault();
  putBack();
  putBack = () => {};
  adjustment.replaceChildren();
});

// A finger on a phone has the list; to drag needs room.
const WIDE = "(min-width: 60rem)";
const NARROWEST_SLOT = 24;

const rooms = picture ? JSON.parse(picture.dataset.rooms) : [];

// What a bar says to those who do not see where it lies.
function inWords(event) {
  const room = rooms.find(({ id }) => id === event.resourceIds[0]);
  return `${event.title} ${clock(event.start)}–${clock(event.end)} ${room.title}`;
}

if (picture && window.EventCalendar && window.matchMedia(WIDE).matches) {
  picture.hidden = false;
  const slots = 2 * (Number(picture.dataset.last) - Number(picture.dataset.first));
  const calendar = EventCalendar.create(picture, {
    view: "resourceTimelineDay",
    date: picture.dataset.on,
    timeZone: "UTC",
    locale: picture.dataset.language,
    headerToolbar: { start: "", center: "", end: "" },
    slotMinTime: `${two(Number(picture.dataset.first))}:00`,
    slotMaxTime: `${two(Number(picture.dataset.last))}:00`,
    slotDuration: "00:30",
    snapDuration: "00:15",
    slotWidth: NARROWEST_SLOT,
    slotLabelInterval: "01:00",
    slotLabelFormat: (at) => two(at.getHours()),
    eventContent: ({ event }) => event.title,
    eventDidMount: ({ event, el }) => el.setAttribute("aria-label", inWords(event)),
    resources: rooms,
    events: barsOfTheList(),
    editable: true,
    nowIndicator: false,
    eventClick: ({ event }) => { if (!event.extendedProps.fixed) ask(event, () => {}); },
    eventDrop: ({ event, revert }) => ask(event, revert),
    eventResize: ({ event, revert }) => ask(event, revert),
  });
  // The day takes the width that the names of the rooms leave; they stand there only now.
  const names = picture.querySelector(".ec-body .ec-sidebar").offsetWidth;
  const left = picture.clientWidth - names - 2;
  calendar.setOption("slotWidth", Math.max(NARROWEST_SLOT, Math.floor(left / slots)));
  // It calls itself a table without being built as one; the list below is the one to read.
  for (const part of picture.querySelectorAll("[role]:not([role=button])")) {
    part.removeAttribute("role");
    part.removeAttribute("aria-colindex");
  }
}
