from django.urls import path

from integrations.sandbox import stripe_api, stripe_desk, stripe_pages

app_name = "stripe"
urlpatterns = [
    path("", stripe_desk.payments, name="payments"),
    path("payment/<str:session_id>/", stripe_desk.payment, name="payment"),
    path("refund/<str:refund_id>/", stripe_desk.settle_refund, name="settle_refund"),
    path("dispute/<str:dispute_id>/", stripe_desk.move_dispute, name="move_dispute"),
    path("event/<str:event_id>/", stripe_desk.send_event, name="send_event"),
    path("pay/<str:session_id>/", stripe_pages.pay, name="pay"),
    path("receipt/<str:charge_id>/", stripe_pages.receipt, name="receipt"),
    path("v1/checkout/sessions", stripe_api.create_session, name="create_session"),
    path("v1/checkout/sessions/<str:session_id>", stripe_api.session, name="session"),
    path("v1/checkout/sessions/<str:session_id>/expire", stripe_api.expire_session, name="expire_session"),
    path("v1/refunds", stripe_api.refunds, name="refunds"),
    path("v1/refunds/<str:refund_id>", stripe_api.refund, name="refund"),
    path("v1/disputes/<str:dispute_id>", stripe_api.dispute, name="dispute"),
    path("v1/account", stripe_api.account, name="account"),
    path("v1/<path:path>", stripe_api.unknown, name="unknown"),
]
