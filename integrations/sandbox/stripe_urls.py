from django.urls import path

from integrations.sandbox import stripe_api, stripe_pages

app_name = "stripe"
urlpatterns = [
    path("", stripe_pages.payments, name="payments"),
    path("pay/<str:session_id>/", stripe_pages.pay, name="pay"),
    path("refund/<str:refund_id>/", stripe_pages.settle_refund, name="settle_refund"),
    path("v1/checkout/sessions", stripe_api.create_session, name="create_session"),
    path("v1/checkout/sessions/<str:session_id>", stripe_api.session, name="session"),
    path("v1/checkout/sessions/<str:session_id>/expire", stripe_api.expire_session, name="expire_session"),
    path("v1/refunds", stripe_api.create_refund, name="create_refund"),
    path("v1/refunds/<str:refund_id>", stripe_api.refund, name="refund"),
    path("v1/<path:path>", stripe_api.unknown, name="unknown"),
]
