"""Pages about one client beside the record: stage, details, follow-ups, calls and letters; and adding one by hand.

Addresses, in the namespace `admin`:

    add_client           /admin/clients/add/                               someone who came by telephone
    client_details       /admin/clients/<uuid>/details/                    what the record knows
    client_stage         /admin/clients/<uuid>/stage/                      move, or reopen; with the history
    discovery_elsewhere  /admin/clients/<uuid>/stage/discovery/            a discovery that was held elsewhere
    close_client         /admin/clients/<uuid>/stage/close/                with sessions ahead and the feed
    follow_ups           /admin/clients/<uuid>/follow-ups/                 GET shows, POST plans one
    finish_follow_up     /admin/clients/<uuid>/follow-ups/<uuid>/done/     POST
    put_off_follow_up    /admin/clients/<uuid>/follow-ups/<uuid>/put-off/  POST
    contacts             /admin/clients/<uuid>/contacts/                   calls and letters: POST writes one down
"""
