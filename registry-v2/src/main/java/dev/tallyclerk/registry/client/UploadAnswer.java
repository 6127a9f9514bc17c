package dev.tallyclerk.registry.client;

import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Origins;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a registry says of an upload. */
final class UploadAnswer {
    /** How far it is. Some registries write that as a range of bytes. */
    private static final Pattern RANGE = Pattern.compile("(?:bytes=)?0-([0-9]{1,18})");

    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");

    private UploadAnswer() {}

    /** {@return how many bytes the registry has, if it says so; for none and for one it may say the same} */
    static OptionalLong taken(CallResponse answer) {
        Matcher range = RANGE.matcher(answer.header("Range").orElse(""));
        return range.matches() ? OptionalLong.of(Long.parseLong(range.group(1)) + 1) : OptionalLong.empty();
    }

    /** {@return how small a chunk may be that is not the last, in bytes, or 0} */
    static long minChunk(CallResponse answer) {
        return answer.header("OCI-Chunk-Min-Length")
                .filter(text -> LENGTH.matcher(text).matches())
                .map(Long::parseLong)
                .orElse(0L);
    }

    /** {@return where the registry wants the next request, as it says it} */
    static String location(CallResponse answer) throws HttpException {
        return answer.header("Location")
                .orElseThrow(() -> new RegistryException(
                        Reason.PROTOCOL,
                        answer.status(),
                        Origins.host(answer.uri()) + " begins an upload and does not say where"));
    }
}
