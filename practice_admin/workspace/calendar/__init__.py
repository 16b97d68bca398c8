"""Her Google Calendar on the desk: connect and let go, choose, read now, and settle what differs.

Addresses, in the namespace `admin`:

    calendar              /admin/calendar/                        how it stands, and her choices
    connect_calendar      /admin/calendar/connect/                POST: on to Google's consent page
    calendar_connected    /admin/calendar/callback/               back from there
    disconnect_calendar   /admin/calendar/disconnect/             GET asks, POST does it
    choose_calendars      /admin/calendar/choices/                POST
    read_calendar         /admin/calendar/read/                   POST: read it now
    ignore_clash          /admin/calendar/clashes/<uuid>/<key>/ignore/   POST
    put_event_back        /admin/calendar/sessions/<uuid>/put-back/      POST
    ignore_difference     /admin/calendar/sessions/<uuid>/ignore/        POST
    follow_event          /admin/calendar/sessions/<uuid>/move/   GET asks, POST moves the session to where its event is
"""
