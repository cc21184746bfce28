"""The node's front page and its health."""
from django.http import HttpRequest, HttpResponse, JsonResponse
def front(request: HttpRequest) -> HttpResponse: return HttpResponse("")
def health(request: HttpRequest) -> HttpResponse: return JsonResponse({})
