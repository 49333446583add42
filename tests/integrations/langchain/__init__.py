"""Tests of the chat model of LangChain."""
