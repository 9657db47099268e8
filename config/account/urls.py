"""Addresses of a person's own account."""

from django.urls import path

from config.account import views

urlpatterns = [
    path("", views.account, name="account"),
    path("second-factor/", views.second_step, name="second-factor"),
    path("second-factor/set-up/", views.set_up, name="second-factor-set-up"),
    path("second-factor/recovery-codes/", views.recovery_codes, name="second-factor-recovery-codes"),
    path("second-factor/remove/", views.remove, name="second-factor-remove"),
    path("sessions/end/", views.end, name="sessions-end"),
]
