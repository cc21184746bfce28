"""What the appliances are called, and the shapes of a day."""

from django.utils.translation import gettext_lazy as _

APPLIANCES = {
    "lamp": _("LED lamp"),
    "night-lamp": _("Night lamp"),
    "phone": _("Telephone to charge"),
    "radio": _("Radio"),
    "fan": _("Fan"),
    "television": _("Television"),
    "decoder": _("Satellite decoder"),
    "laptop": _("Laptop"),
    "router": _("Internet router"),
    "refrigerator": _("Refrigerator"),
    "freezer": _("Freezer"),
    "sewing-machine": _("Sewing machine"),
    "water-pump": _("Water pump"),
    "blender": _("Blender"),
    "rice-cooker": _("Rice cooker"),
    "washing-machine": _("Washing machine"),
    "iron": _("Clothes iron"),
}
SHAPES = {
    "evening": _("Most after sunset"),
    "light": _("Light and telephones"),
    "cooling": _("A refrigerator all day"),
    "work": _("Work while the sun shines"),
}
