package dev.tallyclerk.registry.proxy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.registry.proxy.ProxyEvent.Content;
import dev.tallyclerk.registry.proxy.ProxyPolicy.Mode;
import dev.tallyclerk.registry.proxy.Routes.Route;
import dev.tallyclerk.verify.store.VerifiedBlob;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/** Answers requests. */
final class ProxyCall {
    private static final int LONGEST_HEADERS = 32 * 1024;

    /** Blobs up to this size are read before they are answered, so that a failure is an error and not a cut body. */
    private static final int SMALL = 64 * 1024;

    private final Routes routes;
    private final Events events;
    private final Documents documents;
    private final Lists lists = new Lists();
    private final Blobs blobs;
    private final Decisions decisions;
    private final Function<Reference, ProxyPolicy> policies;

    ProxyCall(
            ProxyState state,
            Routes routes,
            ProxyLimits limits,
            ProxyListener listener,
            Function<Reference, ProxyPolicy> policies) {
        this.routes = routes;
        this.events = new Events(listener, state, limits.cache());
        this.documents = new Documents(state, limits, events);
        this.blobs = new Blobs(state, events);
        this.decisions = new Decisions(state, limits, events, documents, blobs);
        this.policies = policies;
    }

    /** What is known of a request, for the listener. */
    private static final class Trace {
        private Content content = Content.OTHER;
        private String upstream = "";
        private String subject = "";
        private String message = "";
    }

    ProxyAnswer answer(ProxyRequest request) {
        Trace trace = new Trace();
        boolean head = request.method().equals("HEAD");
        ProxyAnswer answer;
        try {
            answer = answered(request, head, trace);
        } catch (Refusal e) {
            trace.message = e.message();
            answer = e.answer(head);
        } catch (RuntimeException | IOException e) {
            trace.message = e.toString();
            answer = Refusal.of(500, "UNKNOWN", "the proxy failed").answer(head);
        }
        answer = answer.with("Docker-Distribution-Api-Version", "registry/2.0");
        try {
            events.answered(trace.content, trace.upstream, answer, trace.subject, trace.message);
            return answer;
        } catch (RuntimeException | Error e) {
            try {
                answer.close();
            } catch (IOException also) {
                e.addSuppressed(also);
            }
            throw e;
        }
    }

    private ProxyAnswer answered(ProxyRequest request, boolean head, Trace trace) throws Refusal, IOException {
        if (!head && !request.method().equals("GET")) {
            throw Refusal.of(405, "UNSUPPORTED", "this proxy only gives content: GET and HEAD")
                    .with("Allow", "GET, HEAD");
        }
        if (request.headerLength() > LONGEST_HEADERS) {
            throw Refusal.of(431, "UNSUPPORTED", "the headers have more than " + LONGEST_HEADERS + " characters");
        }
        boolean hasBody = request.headers("Content-Length").stream().anyMatch(length -> !length.equals("0"))
                || request.header("Transfer-Encoding").isPresent();
        if (hasBody) {
            throw Refusal.of(400, "UNSUPPORTED", "a request for content has no body")
                    .with("Connection", "close");
        }
        Target target = Target.of(request.path());
        trace.content = target.kind().content();
        if (target.kind() == Target.Kind.BASE) {
            return base(request, head);
        }
        Route route = routes.route(request, target.name());
        trace.upstream = route.upstream().registry();
        trace.subject = trace.upstream + "/" + route.repository() + " " + target.last();
        View view = routes.view(request, route);
        return switch (target.kind()) {
            case MANIFEST -> manifest(view, target, request, head);
            case BLOB -> blob(view, target.digest().orElseThrow(), request, head);
            default -> list(view, target, request, head);
        };
    }

    private ProxyAnswer base(ProxyRequest request, boolean head) throws Refusal {
        Optional<Upstream> upstream = routes.upstream(request);
        if (upstream.isPresent()
                && upstream.get().hasCallerLogins()
                && request.header("Authorization").isEmpty()) {
            // Clients send their login to those who ask here, and to no one else.
            throw Refusal.of(
                            401,
                            "UNAUTHORIZED",
                            "send your login at " + upstream.get().registry())
                    .with("WWW-Authenticate", Failures.challenge(upstream.get()));
        }
        byte[] nothing = "{}".getBytes(StandardCharsets.UTF_8);
        ProxyAnswer answer = head ? ProxyAnswer.ofHead(200, nothing.length) : ProxyAnswer.of(200, nothing);
        return answer.with("Content-Type", "application/json");
    }

    private ProxyAnswer list(View view, Target target, ProxyRequest request, boolean head) throws Refusal {
        ProxyAnswer answer;
        try {
            answer = target.kind() == Target.Kind.TAGS
                    ? lists.tags(view, target.name(), request.query())
                    : lists.referrers(view, target.digest().orElseThrow(), request.query());
        } catch (IOException e) {
            events.refused(target.kind().content(), view, target.last(), e);
            throw Failures.refusal(view.upstream(), e, "NAME_UNKNOWN");
        }
        return head ? withoutBody(answer) : answer;
    }

    private static ProxyAnswer withoutBody(ProxyAnswer whole) {
        ProxyAnswer answer = ProxyAnswer.ofHead(whole.status(), whole.body().length());
        for (var header : whole.headers().entrySet()) {
            answer = answer.with(header.getKey(), header.getValue());
        }
        return answer;
    }

    private ProxyAnswer manifest(View view, Target target, ProxyRequest request, boolean head) throws Refusal {
        ProxyPolicy policy = policies.apply(view.name());
        Optional<Digest> digest = target.digest();
        Document claimed = (digest.isPresent()
                        ? documents.byDigest(view, digest.get())
                        : documents.byTag(view, target.last()))
                .orElseThrow(
                        () -> Refusal.of(404, "MANIFEST_UNKNOWN", view.name() + " has no manifest " + target.last()));
        if (policy.mode() == Mode.OBSERVE) {
            Optional<String> tag = digest.isPresent() ? Optional.empty() : Optional.of(target.last());
            decisions.observe(view, policy, tag, claimed.digest());
        }
        if (policy.mode() != Mode.DECIDE_FIRST) {
            return answer(claimed, request, head);
        }
        try {
            return answer(decided(view, policy, target, claimed), request, head);
        } catch (Refusal e) {
            if (head && e.status() == 403) {
                return answer(claimed, request, true).with("Warning", "299 - \"denied: " + quotable(e) + "\"");
            }
            throw e;
        }
    }

    private static String quotable(Refusal refusal) {
        return refusal.message().replaceAll("[^ -~]|[\"\\\\]", "'");
    }

    private Document decided(View view, ProxyPolicy policy, Target target, Document claimed) throws Refusal {
        if (target.digest().isPresent()) {
            decisions.requireManifest(view, policy, claimed.digest());
            return claimed;
        }
        Digest trusted = decisions.resolve(view, policy, target.last(), claimed.digest());
        return trusted.equals(claimed.digest())
                ? claimed
                : documents
                        .byDigest(view, trusted)
                        .orElseThrow(
                                () -> Refusal.of(502, "MANIFEST_UNKNOWN", view.name() + " has no manifest " + trusted));
    }

    private static ProxyAnswer answer(Document document, ProxyRequest request, boolean head) {
        if (isKnown(request, document.digest())) {
            return described(ProxyAnswer.notModified(), document.digest());
        }
        ProxyAnswer answer =
                head ? ProxyAnswer.ofHead(200, document.bytes().length) : ProxyAnswer.of(200, document.bytes());
        return described(answer, document.digest()).with("Content-Type", document.mediaType());
    }

    private static ProxyAnswer described(ProxyAnswer answer, Digest digest) {
        return answer.with("Docker-Content-Digest", digest.toString()).with("ETag", "\"" + digest + "\"");
    }

    private static boolean isKnown(ProxyRequest request, Digest digest) {
        return request.headers("If-None-Match").stream()
                .flatMap(header -> Arrays.stream(header.split(",", -1)))
                .map(tag -> tag.strip().replaceFirst("^W/", ""))
                .anyMatch(tag -> tag.equals("*") || tag.equals("\"" + digest + "\""));
    }

    private ProxyAnswer blob(View view, Digest digest, ProxyRequest request, boolean head) throws Refusal, IOException {
        long size = blobs.size(view, digest);
        ProxyPolicy policy = policies.apply(view.name());
        if (policy.mode() == Mode.DECIDE_FIRST) {
            decisions.requireBlob(view, policy, digest);
        }
        boolean isKnown = isKnown(request, digest);
        // A range counts in a GET only, and after If-None-Match (RFC 9110, 13.2.2 and 14.2).
        Optional<ByteRange> range = head || isKnown ? Optional.empty() : range(request, digest, size);
        Optional<VerifiedBlob> kept = blobs.kept(view, digest, size);
        ProxyAnswer answer;
        if (head || isKnown) {
            if (kept.isPresent()) {
                kept.get().close();
            } else {
                blobs.prove(view, digest, size);
            }
            if (isKnown) {
                return described(ProxyAnswer.notModified(), digest);
            }
            answer = ProxyAnswer.ofHead(200, size);
        } else if (kept.isPresent()) {
            ByteRange part = range.orElse(new ByteRange(0, size));
            ProxyBody body = new ProxyBody.FileRegion(kept.get().channel(), part.offset(), part.length());
            answer = partial(ProxyAnswer.of(range.isPresent() ? 206 : 200, body, kept.get()), range, size);
        } else {
            answer = fetched(view, digest, size, range);
        }
        return described(answer, digest)
                .with("Content-Type", "application/octet-stream")
                .with("Accept-Ranges", "bytes");
    }

    private static Optional<ByteRange> range(ProxyRequest request, Digest digest, long size) throws Refusal {
        Optional<String> only = request.header("If-Range");
        if (only.isPresent() && !only.get().strip().equals("\"" + digest + "\"")) {
            return Optional.empty();
        }
        if (request.headers("Range").size() > 1) {
            return ByteRange.of("bytes=several", size);
        }
        return ByteRange.of(request.header("Range").orElse(""), size);
    }

    private static ProxyAnswer partial(ProxyAnswer answer, Optional<ByteRange> range, long size) {
        return range.isEmpty()
                ? answer
                : answer.with("Content-Range", range.get().contentRange(size));
    }

    private ProxyAnswer fetched(View view, Digest digest, long size, Optional<ByteRange> range)
            throws Refusal, IOException {
        ByteRange part = range.orElse(new ByteRange(0, size));
        try {
            InputStream in = new ReportedStream(rescued(view, digest, size, part), events, view, digest);
            return partial(body(range.isPresent() ? 206 : 200, in, part.length()), range, size);
        } catch (IOException e) {
            throw Failures.refusal(view.upstream(), e, "BLOB_UNKNOWN");
        }
    }

    private InputStream rescued(View view, Digest digest, long size, ByteRange part) throws Refusal, IOException {
        try {
            return RescuedStream.of(
                    open(view, digest, size, part),
                    failure -> events.storeFailed(Content.BLOB, view, failure),
                    () -> blobs.uncached(view, digest, size, part));
        } catch (IOException e) {
            if (!Blobs.isOfTheStore(e)) {
                throw e;
            }
            events.storeFailed(Content.BLOB, view, e);
            return blobs.uncached(view, digest, size, part);
        }
    }

    private InputStream open(View view, Digest digest, long size, ByteRange part) throws Refusal, IOException {
        try {
            return blobs.fetched(view, digest, size, part);
        } catch (IOException e) {
            events.refused(Content.BLOB, view, digest.toString(), e);
            throw e;
        }
    }

    private static ProxyAnswer body(int status, InputStream in, long length) throws IOException {
        if (length > SMALL) {
            return ProxyAnswer.of(status, new ProxyBody.Stream(in, length), in);
        }
        try (in) {
            byte[] all = in.readNBytes((int) length);
            if (in.read() >= 0 || all.length != length) {
                throw new IOException("the content has not " + length + " bytes");
            }
            return ProxyAnswer.of(status, all);
        }
    }
}
