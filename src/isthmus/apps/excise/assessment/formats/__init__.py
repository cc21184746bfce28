"""The questionnaire, the words and costs of the introduction, and its papers."""
