"""The page with which she sets her time: the week, other hours on single dates, time off.

hours           /admin/hours/                     the page; `?date=YYYY-MM-DD` fills the form for that date
set_week        /admin/hours/week/                POST: the whole week
set_date        /admin/hours/date/                POST: other hours on one date, or none
clear_date      /admin/hours/date/clear/          POST: the date follows the week again
ask_time_off    /admin/hours/time-off/            GET `?off=tomorrow`, or POST: what would be blocked?
take_time_off   /admin/hours/time-off/take/       POST
end_time_off    /admin/hours/time-off/<id>/end/   POST
"""
