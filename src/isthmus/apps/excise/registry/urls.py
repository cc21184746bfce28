"""The addresses of the registry, below those of Excise."""

from django.urls import path

from isthmus.apps.excise.registry.views import keeping, operators, partners

PATHS = [
    path("operators/", operators.listed, name="operators"),
    path("operators/register/", keeping.register, name="operator-register"),
    path("operators/<str:number>/", operators.one, name="operator"),
    path("operators/<str:number>/amend/", keeping.amend, name="operator-amend"),
    path("operators/<str:number>/retire/", keeping.retire, name="operator-retire"),
    path("operators/<str:number>/warehouse/", keeping.open_warehouse, name="warehouse-open"),
    path("operators/<str:number>/license/", keeping.license_operator, name="operator-license"),
    path("operators/<str:number>/product/", keeping.enter_product, name="product-enter"),
    path("warehouses/<int:pk>/close/", keeping.close_warehouse, name="warehouse-close"),
    path("authorisations/<int:pk>/<str:deed>/", keeping.act, name="authorisation-act"),
    path("products/<str:gtin>/", operators.product, name="product"),
    path("products/<str:gtin>/amend/", keeping.amend_product, name="product-amend"),
    path("products/<str:gtin>/withdraw/", keeping.withdraw_product, name="product-withdraw"),
    path("registry/authorised/", partners.look_up, name="registry-look-up"),
    path("registry/extracts/", partners.extracts, name="registry-extracts"),
    path("registry/extracts/<str:node>/", partners.send, name="registry-send"),
]
