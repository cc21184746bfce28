"""Calls to countries, nominations that their nodes approve, selection and attendance."""
