"""The shapes of requests, as typed dicts. For annotations: nothing here is needed to send a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Literal, Protocol, Required, TypeAlias, TypedDict, TypeVar

T_co = TypeVar("T_co", covariant=True)


class SupportsToDict(Protocol):
    """A model of this package, or anything else that gives itself as a JSON object."""

    def to_dict(self) -> dict[str, Any]: ...


class SequenceNotStr(Protocol[T_co]):
    """A list or tuple of texts, which a single text is not."""

    def __contains__(self, value: object, /) -> bool: ...
    def __getitem__(self, index: int, /) -> T_co: ...
    def __iter__(self) -> Iterator[T_co]: ...
    def __len__(self) -> int: ...


class AdaptiveThinkingConfigParam(TypedDict, total=False):
    display: ThinkingDisplay
    type: Required[Literal["adaptive"]]


class AllowedToolsParam(TypedDict, total=False):
    mode: Required[AllowedToolsMode]
    tools: Required[Iterable[Mapping[str, Any]]]


class AudioReferenceParam(TypedDict, total=False):
    id: Required[str]


class Base64DocumentSourceParam(TypedDict, total=False):
    data: Required[str]
    media_type: Required[DocumentMediaType]
    type: Required[Literal["base64"]]


class Base64ImageSourceParam(TypedDict, total=False):
    data: Required[str]
    media_type: Required[ImageMediaType]
    type: Required[Literal["base64"]]


class BashCodeExecutionOutputParam(TypedDict, total=False):
    file_id: Required[str]
    type: Required[Literal["bash_code_execution_output"]]


class BashCodeExecutionResultParam(TypedDict, total=False):
    content: Iterable[BashCodeExecutionOutputParam | SupportsToDict]
    return_code: Required[float]
    stderr: Required[str]
    stdout: Required[str]
    type: Required[Literal["bash_code_execution_result"]]


class BashCodeExecutionToolResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    content: Required[BashCodeExecutionOutcomeParam | SupportsToDict]
    tool_use_id: Required[str]
    type: Required[Literal["bash_code_execution_tool_result"]]


class BashCodeExecutionToolResultErrorParam(TypedDict, total=False):
    error_code: Required[BashCodeExecutionErrorCode]
    type: Required[Literal["bash_code_execution_tool_result_error"]]


class BashToolParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    input_examples: Iterable[Mapping[str, Any]]
    name: Literal["bash"]
    strict: bool
    type: Required[Literal["bash_20250124"]]


class BatchMessageParam(TypedDict, total=False):
    content: str
    role: Literal["user"]


class BatchMessageParams(TypedDict, total=False):
    max_tokens: float
    messages: Required[Iterable[BatchMessageParam | SupportsToDict]]
    metadata: Mapping[str, str]
    model: Required[str]
    stop_sequences: SequenceNotStr[str]
    system: str
    temperature: float
    thinking: BatchThinkingConfigParam | SupportsToDict
    tool_choice: Any
    tools: SequenceNotStr[Any]
    top_k: float
    top_p: float


class BatchRequestParam(TypedDict, total=False):
    custom_id: Required[str]
    params: Required[BatchMessageParams | SupportsToDict]


class CacheControlParam(TypedDict, total=False):
    ttl: CacheTtl
    type: Required[Literal["ephemeral"]]


class CalledCustomToolParam(TypedDict, total=False):
    input: Required[str]
    name: Required[str]


class CalledFunctionParam(TypedDict, total=False):
    arguments: Required[str]
    name: Required[str]


class CharLocationCitationParam(TypedDict, total=False):
    cited_text: Required[str]
    document_index: Required[float]
    document_title: Required[str]
    end_char_index: Required[float]
    start_char_index: Required[float]
    type: Required[Literal["char_location"]]


class ChosenFunctionParam(TypedDict, total=False):
    name: Required[str]


class CitationsConfigParam(TypedDict, total=False):
    enabled: bool


class CodeExecutionCallerParam(TypedDict, total=False):
    tool_id: Required[str]
    type: Required[CodeExecutionCallerType]


class CodeExecutionOutputParam(TypedDict, total=False):
    file_id: Required[str]
    type: Required[Literal["code_execution_output"]]


class CodeExecutionResultParam(TypedDict, total=False):
    content: Iterable[CodeExecutionOutputParam | SupportsToDict]
    return_code: Required[float]
    stderr: Required[str]
    stdout: Required[str]
    type: Required[Literal["code_execution_result"]]


class CodeExecutionToolParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    name: Literal["code_execution"]
    strict: bool
    type: Required[CodeExecutionToolType]


class CodeExecutionToolResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    content: Required[CodeExecutionOutcomeParam | SupportsToDict]
    tool_use_id: Required[str]
    type: Required[Literal["code_execution_tool_result"]]


class CodeExecutionToolResultErrorParam(TypedDict, total=False):
    error_code: Required[CodeExecutionErrorCode]
    type: Required[Literal["code_execution_tool_result_error"]]


class ContentBlockLocationCitationParam(TypedDict, total=False):
    cited_text: Required[str]
    document_index: Required[float]
    document_title: Required[str]
    end_block_index: Required[float]
    start_block_index: Required[float]
    type: Required[Literal["content_block_location"]]


class ContentSourceParam(TypedDict, total=False):
    content: Required[SequenceNotStr[Any] | str]
    type: Required[Literal["content"]]


class CreateBatchParams(TypedDict, total=False):
    requests: Required[Iterable[BatchRequestParam | SupportsToDict]]


class CreateKeyParams(TypedDict, total=False):
    limit: KeyLimitParam | SupportsToDict
    name: str
    scopes: Iterable[KeyScope] | None


class CreateMessageParams(TypedDict, total=False):
    max_tokens: float
    messages: Required[Iterable[AnyMessageParam | SupportsToDict]]
    metadata: Mapping[str, str]
    model: Required[KnownModel | str]
    output_config: OutputConfigParam | SupportsToDict
    stop_sequences: SequenceNotStr[str]
    stream: bool
    system: Iterable[SystemTextParam | TextBlockParam | SupportsToDict] | str
    temperature: float
    """How freely the model chooses. Leave it out for models from 4.7 on."""
    thinking: ThinkingConfigParam | SupportsToDict
    tool_choice: ToolChoiceMode | ToolChoiceParam | SupportsToDict
    tools: Iterable[AnyToolParam | SupportsToDict]
    top_k: int
    """Number of candidates that are sampled from. Leave it out for models from 4.7 on."""
    top_p: float
    """Share of probability that is sampled from. Leave it out for models from 4.7 on."""


class CustomToolCallParam(TypedDict, total=False):
    custom: Required[CalledCustomToolParam | SupportsToDict]
    extra_content: Mapping[str, Any]
    id: Required[str]
    type: Required[Literal["custom"]]


class DeveloperMessageParam(TypedDict, total=False):
    content: Required[Iterable[TextBlockParam | SupportsToDict] | str]
    name: str
    role: Required[Literal["developer"]]


class DirectCallerParam(TypedDict, total=False):
    type: Required[Literal["direct"]]


class DisabledThinkingConfigParam(TypedDict, total=False):
    type: Required[Literal["disabled"]]


class DocumentBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    context: str
    source: Required[DocumentSourceParam | SupportsToDict]
    title: str
    type: Required[Literal["document"]]


class EnabledThinkingConfigParam(TypedDict, total=False):
    budget_tokens: Required[int]
    display: ThinkingDisplay
    type: Required[Literal["enabled"]]


class EncryptedCodeExecutionResultParam(TypedDict, total=False):
    content: Iterable[CodeExecutionOutputParam | SupportsToDict]
    encrypted_stdout: Required[str]
    return_code: Required[float]
    stderr: Required[str]
    type: Required[Literal["encrypted_code_execution_result"]]


class FileBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    file: Required[FileParam | SupportsToDict]
    type: Required[Literal["file"]]


class FileParam(TypedDict, total=False):
    file_data: str
    file_id: str
    filename: str


class FunctionDefinitionParam(TypedDict, total=False):
    description: str
    name: Required[str]
    parameters: Mapping[str, Any]
    strict: bool | None


class FunctionMessageParam(TypedDict, total=False):
    content: Required[str]
    name: Required[str]
    role: Required[Literal["function"]]


class FunctionToolCallParam(TypedDict, total=False):
    extra_content: Mapping[str, Any]
    function: Required[CalledFunctionParam | SupportsToDict]
    id: Required[str]
    type: Required[Literal["function"]]


class FunctionToolParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    function: Required[FunctionDefinitionParam | SupportsToDict]
    type: Required[Literal["function"]]


class GrammarFormatParam(TypedDict, total=False):
    grammar: Required[GrammarParam | SupportsToDict]
    type: Required[Literal["grammar"]]


class GrammarParam(TypedDict, total=False):
    definition: Required[str]
    syntax: Required[GrammarSyntax]


class ImageBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    source: Required[ImageSourceParam | SupportsToDict]
    type: Required[Literal["image"]]


class ImageUrlBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    image_url: Required[ImageUrlParam | SupportsToDict]
    type: Required[Literal["image_url"]]


class ImageUrlParam(TypedDict, total=False):
    detail: ImageDetail
    url: Required[str]


class InputAudioBlockParam(TypedDict, total=False):
    input_audio: Required[InputAudioParam | SupportsToDict]
    type: Required[Literal["input_audio"]]


class InputAudioParam(TypedDict, total=False):
    data: Required[str]
    format: Required[AudioFormat]


class KeyLimitParam(TypedDict, total=False):
    retention: KeyLimitRetention
    threshold: float


class MemoryToolParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    input_examples: Iterable[Mapping[str, Any]]
    name: Literal["memory"]
    strict: bool
    type: Required[Literal["memory_20250818"]]


class MessageParam(TypedDict, total=False):
    audio: AudioReferenceParam | SupportsToDict | None
    content: Iterable[ContentBlockParam | SupportsToDict] | str | None
    name: str
    reasoning_content: str
    refusal: str | None
    role: Required[MessageRole]
    tool_calls: Iterable[ToolCallParam | SupportsToDict]


class OpenAICustomToolDefinitionParam(TypedDict, total=False):
    description: str
    format: Required[CustomToolFormatParam | SupportsToDict]
    name: Required[str]


class OpenAICustomToolParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    custom: Required[OpenAICustomToolDefinitionParam | SupportsToDict]
    type: Required[Literal["custom"]]


class OutputConfigParam(TypedDict, total=False):
    effort: Effort


class PageLocationCitationParam(TypedDict, total=False):
    cited_text: Required[str]
    document_index: Required[float]
    document_title: Required[str]
    end_page_number: Required[float]
    start_page_number: Required[float]
    type: Required[Literal["page_location"]]


class PlainTextSourceParam(TypedDict, total=False):
    data: Required[str]
    media_type: Required[Literal["text/plain"]]
    type: Required[Literal["text"]]


class RedactedThinkingBlockParam(TypedDict, total=False):
    data: Required[str]
    type: Required[Literal["redacted_thinking"]]


class RefusalBlockParam(TypedDict, total=False):
    refusal: Required[str]
    type: Required[Literal["refusal"]]


class ReplaceKeyParams(TypedDict, total=False):
    disabled: bool
    limit: KeyLimitParam | SupportsToDict | None
    name: str | None
    scopes: Iterable[KeyScope] | None


class SearchResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    content: Required[TextBlockParam | SupportsToDict]
    source: Required[str]
    title: Required[str]
    type: Required[Literal["search_result"]]


class SearchResultLocationCitationParam(TypedDict, total=False):
    cited_text: Required[str]
    end_block_index: Required[float]
    search_result_index: Required[float]
    source: Required[str]
    start_block_index: Required[float]
    title: Required[str]
    type: Required[Literal["search_result_location"]]


class ServerToolUseBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    caller: ToolCallerParam | SupportsToDict
    id: Required[str]
    input: Required[Mapping[str, Any]]
    name: Required[ServerToolName]
    type: Required[Literal["server_tool_use"]]


class SystemMessageParam(TypedDict, total=False):
    content: Required[Iterable[TextBlockParam | SupportsToDict] | str]
    name: str
    role: Required[Literal["system"]]


class SystemTextParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    citations: Iterable[TextCitationParam | SupportsToDict]
    text: Required[str]
    type: Literal["text"]


class TextBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    text: Required[str]
    type: Required[Literal["text"]]


class TextEditorCodeExecutionCreateResultParam(TypedDict, total=False):
    is_file_update: Required[bool]
    type: Required[Literal["text_editor_code_execution_create_result"]]


class TextEditorCodeExecutionStrReplaceResultParam(TypedDict, total=False):
    lines: SequenceNotStr[str]
    new_lines: float
    new_start: float
    old_lines: float
    old_start: float
    type: Required[Literal["text_editor_code_execution_str_replace_result"]]


class TextEditorCodeExecutionToolResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    content: Required[TextEditorCodeExecutionOutcomeParam | SupportsToDict]
    tool_use_id: Required[str]
    type: Required[Literal["text_editor_code_execution_tool_result"]]


class TextEditorCodeExecutionToolResultErrorParam(TypedDict, total=False):
    error_code: Required[TextEditorCodeExecutionErrorCode]
    error_message: str
    type: Required[Literal["text_editor_code_execution_tool_result_error"]]


class TextEditorCodeExecutionViewResultParam(TypedDict, total=False):
    content: Required[str]
    file_type: Required[ViewedFileType]
    num_lines: float
    start_line: float
    total_lines: float
    type: Required[Literal["text_editor_code_execution_view_result"]]


class TextEditorToolParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    input_examples: Iterable[Mapping[str, Any]]
    max_characters: float
    name: TextEditorName
    strict: bool
    type: Required[TextEditorType]


class TextFormatParam(TypedDict, total=False):
    type: Required[Literal["text"]]


class ThinkingBlockParam(TypedDict, total=False):
    signature: Required[str]
    thinking: Required[str]
    type: Required[Literal["thinking"]]


class ToolChoiceAllowedToolsParam(TypedDict, total=False):
    allowed_tools: Required[AllowedToolsParam | SupportsToDict]
    type: Required[Literal["allowed_tools"]]


class ToolChoiceAnyParam(TypedDict, total=False):
    disable_parallel_tool_use: bool
    type: Required[Literal["any"]]


class ToolChoiceAutoParam(TypedDict, total=False):
    disable_parallel_tool_use: bool
    type: Required[Literal["auto"]]


class ToolChoiceCustomParam(TypedDict, total=False):
    custom: Required[Literal["name"]]
    type: Required[Literal["custom"]]


class ToolChoiceFunctionParam(TypedDict, total=False):
    function: Required[ChosenFunctionParam | Literal["name"] | SupportsToDict]
    type: Required[Literal["function"]]


class ToolChoiceNoneParam(TypedDict, total=False):
    type: Required[Literal["none"]]


class ToolChoiceToolParam(TypedDict, total=False):
    disable_parallel_tool_use: bool
    name: Required[str]
    type: Required[Literal["tool"]]


class ToolMessageParam(TypedDict, total=False):
    content: Required[Iterable[TextBlockParam | SupportsToDict] | str]
    name: str | None
    role: Required[Literal["tool"]]
    tool_call_id: Required[str]


class ToolParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    description: str
    eager_input_streaming: bool
    input_examples: Iterable[Mapping[str, Any]]
    input_schema: Required[InputSchemaParam]
    name: Required[str]
    strict: bool
    type: Literal["custom"]


class ToolReferenceBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    tool_name: Required[str]
    type: Required[Literal["tool_reference"]]


class ToolResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    content: Iterable[ToolResultContentParam | SupportsToDict] | str
    is_error: bool
    tool_use_id: Required[str]
    type: Required[Literal["tool_result"]]


class ToolSearchResultParam(TypedDict, total=False):
    tool_references: Required[Iterable[ToolReferenceBlockParam | SupportsToDict]]
    type: Required[Literal["tool_search_tool_search_result"]]


class ToolSearchToolBm25Param(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    name: Literal["tool_search_tool_bm25"]
    strict: bool
    type: Required[ToolSearchToolBm25Version]


class ToolSearchToolRegexParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    name: Literal["tool_search_tool_regex"]
    strict: bool
    type: Required[ToolSearchToolRegexVersion]


class ToolSearchToolResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    content: Required[ToolSearchOutcomeParam | SupportsToDict]
    tool_use_id: Required[str]
    type: Required[Literal["tool_search_tool_result"]]


class ToolSearchToolResultErrorParam(TypedDict, total=False):
    error_code: Required[CodeExecutionErrorCode]
    type: Required[Literal["tool_search_tool_result_error"]]


class ToolUseBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    caller: ToolCallerParam | SupportsToDict
    id: Required[str]
    input: Required[Mapping[str, Any]]
    name: Required[str]
    type: Required[Literal["tool_use"]]


class UpdateKeyParams(TypedDict, total=False):
    disabled: bool
    limit: KeyLimitParam | SupportsToDict
    name: str
    scopes: Iterable[KeyScope] | None


class UrlSourceParam(TypedDict, total=False):
    type: Required[Literal["url"]]
    url: Required[str]


class UserLocationParam(TypedDict, total=False):
    city: str
    country: str
    region: str
    timezone: str
    type: Required[Literal["approximate"]]


class VideoUrlBlockParam(TypedDict, total=False):
    type: Required[Literal["video_url"]]
    video_url: Required[VideoUrlParam | SupportsToDict]


class VideoUrlParam(TypedDict, total=False):
    url: Required[str]


class WebFetchResultParam(TypedDict, total=False):
    content: Required[DocumentBlockParam | SupportsToDict]
    retrieved_at: str
    type: Required[Literal["web_fetch_result"]]
    url: Required[str]


class WebFetchToolParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    allowed_domains: SequenceNotStr[str]
    blocked_domains: SequenceNotStr[str]
    cache_control: CacheControlParam | SupportsToDict
    citations: CitationsConfigParam | SupportsToDict
    defer_loading: bool
    max_content_tokens: float
    max_uses: float
    name: Literal["web_fetch"]
    strict: bool
    type: Required[WebFetchType]


class WebFetchToolResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    caller: ToolCallerParam | SupportsToDict
    content: Required[WebFetchOutcomeParam | SupportsToDict]
    tool_use_id: Required[str]
    type: Required[Literal["web_fetch_tool_result"]]


class WebFetchToolResultErrorParam(TypedDict, total=False):
    error_code: Required[WebFetchErrorCode]
    type: Required[Literal["web_fetch_tool_result_error"]]


class WebSearchResultLocationCitationParam(TypedDict, total=False):
    cited_text: Required[str]
    encrypted_index: Required[str]
    title: Required[str]
    type: Required[Literal["web_search_result_location"]]
    url: Required[str]


class WebSearchResultParam(TypedDict, total=False):
    encrypted_content: Required[str]
    page_age: str
    title: Required[str]
    type: Required[Literal["web_search_result"]]
    url: Required[str]


class WebSearchToolParam(TypedDict, total=False):
    allowed_callers: Iterable[AllowedCaller]
    allowed_domains: SequenceNotStr[str]
    blocked_domains: SequenceNotStr[str]
    cache_control: CacheControlParam | SupportsToDict
    defer_loading: bool
    max_uses: float
    name: Literal["web_search"]
    strict: bool
    type: Required[WebSearchType]
    user_location: UserLocationParam | SupportsToDict


class WebSearchToolResultBlockParam(TypedDict, total=False):
    cache_control: CacheControlParam | SupportsToDict
    caller: ToolCallerParam | SupportsToDict
    content: Required[
        WebSearchToolResultErrorParam | Iterable[WebSearchResultParam | SupportsToDict] | SupportsToDict
    ]
    tool_use_id: Required[str]
    type: Required[Literal["web_search_tool_result"]]


class WebSearchToolResultErrorParam(TypedDict, total=False):
    error_code: Required[WebSearchErrorCode]
    type: Required[Literal["web_search_tool_result_error"]]


class CreateBatchOptions(TypedDict, total=False):
    """The members of `CreateBatchParams` that are options of its method."""


class CreateMessageOptions(TypedDict, total=False):
    """The members of `CreateMessageParams` that are options of its method."""

    metadata: Mapping[str, str] | None
    output_config: OutputConfigParam | SupportsToDict | None
    stop_sequences: SequenceNotStr[str] | None
    system: Iterable[SystemTextParam | TextBlockParam | SupportsToDict] | str | None
    temperature: float | None
    """How freely the model chooses. Leave it out for models from 4.7 on."""
    thinking: ThinkingConfigParam | SupportsToDict | None
    top_k: int | None
    """Number of candidates that are sampled from. Leave it out for models from 4.7 on."""
    top_p: float | None
    """Share of probability that is sampled from. Leave it out for models from 4.7 on."""


AllowedCaller: TypeAlias = Literal["code_execution_20250825", "code_execution_20260120", "direct"]

AllowedToolsMode: TypeAlias = Literal["auto", "required"]

AnyMessageParam: TypeAlias = (
    DeveloperMessageParam | FunctionMessageParam | MessageParam | SystemMessageParam | ToolMessageParam
)

AnyToolParam: TypeAlias = (
    BashToolParam
    | CodeExecutionToolParam
    | FunctionToolParam
    | MemoryToolParam
    | OpenAICustomToolParam
    | TextEditorToolParam
    | ToolParam
    | ToolSearchToolBm25Param
    | ToolSearchToolRegexParam
    | WebFetchToolParam
    | WebSearchToolParam
)

AudioFormat: TypeAlias = Literal[
    "audio/flac",
    "audio/m4a",
    "audio/mp3",
    "audio/mp4",
    "audio/mpeg",
    "audio/mpga",
    "audio/ogg",
    "audio/pcm",
    "audio/webm",
    "audio/x-aac",
    "mp3",
    "wav",
]

BashCodeExecutionErrorCode: TypeAlias = Literal[
    "execution_time_exceeded",
    "invalid_tool_input",
    "output_file_too_large",
    "too_many_requests",
    "unavailable",
]

BashCodeExecutionOutcomeParam: TypeAlias = (
    BashCodeExecutionResultParam | BashCodeExecutionToolResultErrorParam
)

BatchThinkingConfigParam: TypeAlias = (
    AdaptiveThinkingConfigParam | DisabledThinkingConfigParam | EnabledThinkingConfigParam
)

CacheTtl: TypeAlias = Literal["1h", "5m"]

CodeExecutionCallerType: TypeAlias = Literal["code_execution_20250825", "code_execution_20260120"]

CodeExecutionErrorCode: TypeAlias = Literal[
    "execution_time_exceeded", "invalid_tool_input", "too_many_requests", "unavailable"
]

CodeExecutionOutcomeParam: TypeAlias = (
    CodeExecutionResultParam | CodeExecutionToolResultErrorParam | EncryptedCodeExecutionResultParam
)

CodeExecutionToolType: TypeAlias = Literal[
    "code_execution_20250522", "code_execution_20250825", "code_execution_20260120"
]

ContentBlockParam: TypeAlias = (
    BashCodeExecutionToolResultBlockParam
    | CodeExecutionToolResultBlockParam
    | DocumentBlockParam
    | FileBlockParam
    | ImageBlockParam
    | ImageUrlBlockParam
    | InputAudioBlockParam
    | RedactedThinkingBlockParam
    | RefusalBlockParam
    | SearchResultBlockParam
    | ServerToolUseBlockParam
    | TextBlockParam
    | TextEditorCodeExecutionToolResultBlockParam
    | ThinkingBlockParam
    | ToolResultBlockParam
    | ToolSearchToolResultBlockParam
    | ToolUseBlockParam
    | VideoUrlBlockParam
    | WebFetchToolResultBlockParam
    | WebSearchToolResultBlockParam
)

CustomToolFormatParam: TypeAlias = GrammarFormatParam | TextFormatParam

DocumentMediaType: TypeAlias = Literal["application/pdf", "text/plain"]

DocumentSourceParam: TypeAlias = (
    Base64DocumentSourceParam | ContentSourceParam | PlainTextSourceParam | UrlSourceParam
)

Effort: TypeAlias = Literal["high", "low", "max", "medium", "none", "xhigh"]

GrammarSyntax: TypeAlias = Literal["lark", "regex"]

ImageDetail: TypeAlias = Literal["auto", "high", "low"]

ImageMediaType: TypeAlias = Literal["image/gif", "image/jpeg", "image/png", "image/webp"]

ImageSourceParam: TypeAlias = Base64ImageSourceParam | UrlSourceParam

InputSchemaParam: TypeAlias = Mapping[str, Any]

KeyLimitRetention: TypeAlias = Literal["day", "month", "no_reset", "week"]

KeyScope: TypeAlias = Literal[
    "model:audio",
    "model:chat",
    "model:embeddings",
    "model:image",
    "model:ocr",
    "model:responses",
    "model:speech",
    "model:video",
]

KnownModel: TypeAlias = Literal[
    "anthropic/claude-3-haiku",
    "anthropic/claude-fable-5",
    "anthropic/claude-fable-5-1",
    "anthropic/claude-fable-latest",
    "anthropic/claude-haiku-4-5-20251001",
    "anthropic/claude-haiku-4.5",
    "anthropic/claude-haiku-5-5",
    "anthropic/claude-haiku-5.5",
    "anthropic/claude-haiku-latest",
    "anthropic/claude-opus-4",
    "anthropic/claude-opus-4-1-20250805",
    "anthropic/claude-opus-4-20250514",
    "anthropic/claude-opus-4-5",
    "anthropic/claude-opus-4-5-20251101",
    "anthropic/claude-opus-4-6",
    "anthropic/claude-opus-4-7",
    "anthropic/claude-opus-4-8",
    "anthropic/claude-opus-4.1",
    "anthropic/claude-opus-4.1-20250805",
    "anthropic/claude-opus-4.5",
    "anthropic/claude-opus-4.6",
    "anthropic/claude-opus-4.7",
    "anthropic/claude-opus-4.8",
    "anthropic/claude-opus-4.8-fast",
    "anthropic/claude-opus-5",
    "anthropic/claude-opus-5-5",
    "anthropic/claude-opus-latest",
    "anthropic/claude-sonnet-4",
    "anthropic/claude-sonnet-4-20250514",
    "anthropic/claude-sonnet-4-5-20250929",
    "anthropic/claude-sonnet-4-6",
    "anthropic/claude-sonnet-4-6-20260218",
    "anthropic/claude-sonnet-4.5",
    "anthropic/claude-sonnet-4.6",
    "anthropic/claude-sonnet-5",
    "anthropic/claude-sonnet-5-5",
    "anthropic/claude-sonnet-latest",
    "claude-fable-5",
    "claude-fable-latest",
    "claude-haiku-4-5",
    "claude-haiku-4-5-20251001",
    "claude-haiku-4.5",
    "claude-haiku-latest",
    "claude-opus-4-1",
    "claude-opus-4-1-20250805",
    "claude-opus-4-1-latest",
    "claude-opus-4-20250514",
    "claude-opus-4-5",
    "claude-opus-4-5-20251101",
    "claude-opus-4-6",
    "claude-opus-4-7",
    "claude-opus-4-8",
    "claude-opus-4-latest",
    "claude-opus-4.1",
    "claude-opus-4.5",
    "claude-opus-4.6",
    "claude-opus-4.7",
    "claude-opus-4.8",
    "claude-opus-5",
    "claude-opus-latest",
    "claude-sonnet-4-20250514",
    "claude-sonnet-4-5",
    "claude-sonnet-4-5-20250929",
    "claude-sonnet-4-6",
    "claude-sonnet-4-latest",
    "claude-sonnet-4.5",
    "claude-sonnet-4.6",
    "claude-sonnet-5",
    "claude-sonnet-latest",
]

MessageRole: TypeAlias = Literal["assistant", "user"]

ServerToolName: TypeAlias = Literal[
    "bash_code_execution",
    "code_execution",
    "text_editor_code_execution",
    "tool_search_tool_bm25",
    "tool_search_tool_regex",
    "web_fetch",
    "web_search",
]

TextCitationParam: TypeAlias = (
    CharLocationCitationParam
    | ContentBlockLocationCitationParam
    | PageLocationCitationParam
    | SearchResultLocationCitationParam
    | WebSearchResultLocationCitationParam
)

TextEditorCodeExecutionErrorCode: TypeAlias = Literal[
    "execution_time_exceeded", "file_not_found", "invalid_tool_input", "too_many_requests", "unavailable"
]

TextEditorCodeExecutionOutcomeParam: TypeAlias = (
    TextEditorCodeExecutionCreateResultParam
    | TextEditorCodeExecutionStrReplaceResultParam
    | TextEditorCodeExecutionToolResultErrorParam
    | TextEditorCodeExecutionViewResultParam
)

TextEditorName: TypeAlias = Literal["str_replace_based_edit_tool", "str_replace_editor"]

TextEditorType: TypeAlias = Literal["text_editor_20250124", "text_editor_20250429", "text_editor_20250728"]

ThinkingConfigParam: TypeAlias = (
    AdaptiveThinkingConfigParam | DisabledThinkingConfigParam | EnabledThinkingConfigParam
)

ThinkingDisplay: TypeAlias = Literal["omitted", "summarized"]

ToolCallParam: TypeAlias = CustomToolCallParam | FunctionToolCallParam

ToolCallerParam: TypeAlias = CodeExecutionCallerParam | DirectCallerParam

ToolChoiceMode: TypeAlias = Literal["auto", "none", "required"]

ToolChoiceParam: TypeAlias = (
    ToolChoiceAllowedToolsParam
    | ToolChoiceAnyParam
    | ToolChoiceAutoParam
    | ToolChoiceCustomParam
    | ToolChoiceFunctionParam
    | ToolChoiceNoneParam
    | ToolChoiceToolParam
)

ToolResultContentParam: TypeAlias = (
    DocumentBlockParam | ImageBlockParam | SearchResultBlockParam | TextBlockParam | ToolReferenceBlockParam
)

ToolSearchOutcomeParam: TypeAlias = ToolSearchResultParam | ToolSearchToolResultErrorParam

ToolSearchToolBm25Version: TypeAlias = Literal["tool_search_tool_bm25", "tool_search_tool_bm25_20251119"]

ToolSearchToolRegexVersion: TypeAlias = Literal["tool_search_tool_regex", "tool_search_tool_regex_20251119"]

ViewedFileType: TypeAlias = Literal["image", "pdf", "text"]

WebFetchErrorCode: TypeAlias = Literal[
    "invalid_tool_input",
    "max_uses_exceeded",
    "too_many_requests",
    "unavailable",
    "unsupported_content_type",
    "url_not_accessible",
    "url_not_allowed",
    "url_too_long",
]

WebFetchOutcomeParam: TypeAlias = WebFetchResultParam | WebFetchToolResultErrorParam

WebFetchType: TypeAlias = Literal["web_fetch_20250910", "web_fetch_20260209", "web_fetch_20260309"]

WebSearchErrorCode: TypeAlias = Literal[
    "invalid_tool_input",
    "max_uses_exceeded",
    "query_too_long",
    "request_too_large",
    "too_many_requests",
    "unavailable",
]

WebSearchType: TypeAlias = Literal["web_search_20250305", "web_search_20260209"]

CreateBatchRequestsArgument: TypeAlias = Iterable[BatchRequestParam | SupportsToDict]

CreateBatchRequestsItem: TypeAlias = BatchRequestParam | SupportsToDict

CreateMessageMaxTokensArgument: TypeAlias = float

CreateMessageMessagesArgument: TypeAlias = Iterable[AnyMessageParam | SupportsToDict]

CreateMessageMessagesItem: TypeAlias = AnyMessageParam | SupportsToDict

CreateMessageModelArgument: TypeAlias = KnownModel | str

CreateMessageStreamArgument: TypeAlias = bool

CreateMessageToolChoiceArgument: TypeAlias = ToolChoiceMode | ToolChoiceParam | SupportsToDict

CreateMessageToolsArgument: TypeAlias = Iterable[AnyToolParam | SupportsToDict]

CreateMessageToolsItem: TypeAlias = AnyToolParam | SupportsToDict

__all__ = (
    "AdaptiveThinkingConfigParam",
    "AllowedCaller",
    "AllowedToolsMode",
    "AllowedToolsParam",
    "AnyMessageParam",
    "AnyToolParam",
    "AudioFormat",
    "AudioReferenceParam",
    "Base64DocumentSourceParam",
    "Base64ImageSourceParam",
    "BashCodeExecutionErrorCode",
    "BashCodeExecutionOutcomeParam",
    "BashCodeExecutionOutputParam",
    "BashCodeExecutionResultParam",
    "BashCodeExecutionToolResultBlockParam",
    "BashCodeExecutionToolResultErrorParam",
    "BashToolParam",
    "BatchMessageParam",
    "BatchMessageParams",
    "BatchRequestParam",
    "BatchThinkingConfigParam",
    "CacheControlParam",
    "CacheTtl",
    "CalledCustomToolParam",
    "CalledFunctionParam",
    "CharLocationCitationParam",
    "ChosenFunctionParam",
    "CitationsConfigParam",
    "CodeExecutionCallerParam",
    "CodeExecutionCallerType",
    "CodeExecutionErrorCode",
    "CodeExecutionOutcomeParam",
    "CodeExecutionOutputParam",
    "CodeExecutionResultParam",
    "CodeExecutionToolParam",
    "CodeExecutionToolResultBlockParam",
    "CodeExecutionToolResultErrorParam",
    "CodeExecutionToolType",
    "ContentBlockLocationCitationParam",
    "ContentBlockParam",
    "ContentSourceParam",
    "CreateBatchOptions",
    "CreateBatchParams",
    "CreateKeyParams",
    "CreateMessageOptions",
    "CreateMessageParams",
    "CustomToolCallParam",
    "CustomToolFormatParam",
    "DeveloperMessageParam",
    "DirectCallerParam",
    "DisabledThinkingConfigParam",
    "DocumentBlockParam",
    "DocumentMediaType",
    "DocumentSourceParam",
    "Effort",
    "EnabledThinkingConfigParam",
    "EncryptedCodeExecutionResultParam",
    "FileBlockParam",
    "FileParam",
    "FunctionDefinitionParam",
    "FunctionMessageParam",
    "FunctionToolCallParam",
    "FunctionToolParam",
    "GrammarFormatParam",
    "GrammarParam",
    "GrammarSyntax",
    "ImageBlockParam",
    "ImageDetail",
    "ImageMediaType",
    "ImageSourceParam",
    "ImageUrlBlockParam",
    "ImageUrlParam",
    "InputAudioBlockParam",
    "InputAudioParam",
    "InputSchemaParam",
    "KeyLimitParam",
    "KeyLimitRetention",
    "KeyScope",
    "KnownModel",
    "MemoryToolParam",
    "MessageParam",
    "MessageRole",
    "OpenAICustomToolDefinitionParam",
    "OpenAICustomToolParam",
    "OutputConfigParam",
    "PageLocationCitationParam",
    "PlainTextSourceParam",
    "RedactedThinkingBlockParam",
    "RefusalBlockParam",
    "ReplaceKeyParams",
    "SearchResultBlockParam",
    "SearchResultLocationCitationParam",
    "ServerToolName",
    "ServerToolUseBlockParam",
    "SystemMessageParam",
    "SystemTextParam",
    "TextBlockParam",
    "TextCitationParam",
    "TextEditorCodeExecutionCreateResultParam",
    "TextEditorCodeExecutionErrorCode",
    "TextEditorCodeExecutionOutcomeParam",
    "TextEditorCodeExecutionStrReplaceResultParam",
    "TextEditorCodeExecutionToolResultBlockParam",
    "TextEditorCodeExecutionToolResultErrorParam",
    "TextEditorCodeExecutionViewResultParam",
    "TextEditorName",
    "TextEditorToolParam",
    "TextEditorType",
    "TextFormatParam",
    "ThinkingBlockParam",
    "ThinkingConfigParam",
    "ThinkingDisplay",
    "ToolCallParam",
    "ToolCallerParam",
    "ToolChoiceAllowedToolsParam",
    "ToolChoiceAnyParam",
    "ToolChoiceAutoParam",
    "ToolChoiceCustomParam",
    "ToolChoiceFunctionParam",
    "ToolChoiceMode",
    "ToolChoiceNoneParam",
    "ToolChoiceParam",
    "ToolChoiceToolParam",
    "ToolMessageParam",
    "ToolParam",
    "ToolReferenceBlockParam",
    "ToolResultBlockParam",
    "ToolResultContentParam",
    "ToolSearchOutcomeParam",
    "ToolSearchResultParam",
    "ToolSearchToolBm25Param",
    "ToolSearchToolBm25Version",
    "ToolSearchToolRegexParam",
    "ToolSearchToolRegexVersion",
    "ToolSearchToolResultBlockParam",
    "ToolSearchToolResultErrorParam",
    "ToolUseBlockParam",
    "UpdateKeyParams",
    "UrlSourceParam",
    "UserLocationParam",
    "VideoUrlBlockParam",
    "VideoUrlParam",
    "ViewedFileType",
    "WebFetchErrorCode",
    "WebFetchOutcomeParam",
    "WebFetchResultParam",
    "WebFetchToolParam",
    "WebFetchToolResultBlockParam",
    "WebFetchToolResultErrorParam",
    "WebFetchType",
    "WebSearchErrorCode",
    "WebSearchResultLocationCitationParam",
    "WebSearchResultParam",
    "WebSearchToolParam",
    "WebSearchToolResultBlockParam",
    "WebSearchToolResultErrorParam",
    "WebSearchType",
)
