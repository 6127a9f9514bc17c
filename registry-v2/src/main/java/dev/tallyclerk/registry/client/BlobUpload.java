package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.digest.DigestAlgorithm;
import dev.tallyclerk.http.Cancellation;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.CallResponse;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.HostGate;
import dev.tallyclerk.internal.call.Lane;
import dev.tallyclerk.internal.call.Origins;
import dev.tallyclerk.registry.client.SentContent.Part;
import dev.tallyclerk.registry.client.UploadPolicy.Form;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.text.Quoted;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way into a repository. Used once, by one thread.
 *
 * @see <a href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-blobs">OCI
 *     distribution-spec v1.1.1, Pushing Blobs</a>
 */
final class BlobUpload {
    private static final int CREATED = 201;
    private static final int ACCEPTED = 202;
    private static final int NO_CONTENT = 204;

    private static final int SERVER_ERRORS = 500;

    /** Codes of a refusal for what was sent, which is no other in another form. */
    private static final Set<String> ABOUT_THE_BLOB =
            Set.of("DIGEST_INVALID", "SIZE_INVALID", "NAME_INVALID", "BLOB_UPLOAD_INVALID");

    /** Codes of a refusal that may come of where an upload went on, and not of what was sent. */
    private static final Set<String> ABOUT_THE_UPLOAD =
            Set.of("BLOB_UPLOAD_INVALID", "BLOB_UPLOAD_UNKNOWN", "DIGEST_INVALID", "SIZE_INVALID");

    /** What a request to mount is answered by; every failure of the registry's own is an answer. */
    private static final Integer[] MOUNTED_OR_FAILED = IntStream.concat(
                    IntStream.of(CREATED, ACCEPTED), IntStream.range(SERVER_ERRORS, SERVER_ERRORS + 100))
            .boxed()
            .toArray(Integer[]::new);

    /** How long a caller whose time is over still waits until the registry knows that nothing more will come. */
    private static final Duration AFTER_THE_END = Duration.ofSeconds(1);

    private final RegistrySession session;
    private final String path;
    private final Descriptor blob;
    private final Digest digest;
    private final UploadPolicy policy;
    private final Deadline deadline;

    /** Where the registry wants the next request, or null if there is no upload. */
    private @Nullable URI location;

    /** Whether only who may have the registry's credentials had a say in that. */
    private boolean locationTrusted;

    /** Whether this has its place at the registry, for all that it asks there. */
    private boolean placed;

    private long minChunk;

    private final UploadWay way;

    /** Whether something of the upload has failed. */
    private boolean interrupted;

    /** Whether what the registry says of where the upload stands is not listened to after each chunk. */
    private boolean countedHere;

    /** Whether the registry does not confirm where the upload stands by the count here. */
    private boolean unconfirmed;

    BlobUpload(RegistrySession session, String path, Descriptor blob) {
        this.session = session;
        this.path = path;
        this.blob = blob;
        this.digest = blob.digest();
        ClientSettings settings = session.settings();
        this.policy = settings.uploads();
        this.way = new UploadWay(policy);
        this.deadline = session.deadline(true);
    }

    /** Makes a call within the time that is left for the blob. */
    private CallResponse execute(Call call) throws HttpException {
        return session.within(deadline).execute(placed ? call.permitted() : call);
    }

    /** {@return whether the registry has the blob, by its own account; if it does not say, it counts as absent} */
    boolean isThere() throws IOException {
        Call call = Call.reading("HEAD", below("blobs/" + digest), Scope.push(path));
        try (CallResponse answer = execute(call.accepting(200, 404, 405, 501))) {
            // One of another size cannot be the blob, and no length says nothing.
            if (answer.status() != 200 || answer.claimedSize().orElse(blob.size()) != blob.size()) {
                return false;
            }
            ContentDigest.requireOf(answer, session, digest);
            return true;
        } catch (HttpException e) {
            // A store to which the registry redirects may give an address that was made for GET to nobody else.
            if (e.details().redirected() && (e.status() == 400 || e.status() == 403)) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Asks the registry to take the blob from another of its repositories.
     *
     * @return whether it did; if not, an upload may have begun
     */
    boolean mount(String from) throws IOException {
        URI target = below("blobs/uploads/?mount=" + encode(digest.toString()) + "&from=" + encode(from));
        Scope scope = Scope.push(path).and(Scope.pull(from));
        Call call = Call.writing("POST", target, scope, RequestBody.none(), MOUNTED_OR_FAILED);
        try (CallResponse answer = execute(call.repeated())) {
            if (answer.status() >= SERVER_ERRORS) {
                return false; // to send the blob is the better second attempt
            }
            if (answer.status() == CREATED) {
                requireSame(answer);
                return true;
            }
            begun(answer);
        } catch (HttpException e) {
            // Who may not read there, or asks a registry that cannot do this, or not in time, sends the blob.
            boolean refused = e.status() >= 400 && e.reason() != Reason.TOO_MANY_REQUESTS;
            if (!refused && e.reason() != Reason.UNREACHABLE) {
                throw e;
            }
        }
        return false;
    }

    /**
     * Sends the blob; if that fails, the registry is told so.
     *
     * @return whether there was content to send
     */
    boolean send(SentContent content) throws IOException {
        String registry = Origins.host(session.base());
        HostGate.Permit place;
        try {
            place = session.settings().calls().gate().enter(Lane.WRITING.at(registry), deadline);
        } catch (HttpException | RuntimeException e) {
            cancelAfter(e); // an upload may have begun where a blob was to be mounted
            throw e;
        }
        try {
            placed = true;
            return sendInPlace(content);
        } finally {
            placed = false;
            place.close();
        }
    }

    private boolean sendInPlace(SentContent content) throws IOException {
        try {
            if (policy.form() != Form.SINGLE || location != null || !sendAtOnce(content)) {
                sendParts(content);
            }
            return true;
        } catch (IOException | RuntimeException | Error e) {
            cancelAfter(e);
            if (content.isAbsent()) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Tells the registry that nothing more will come; {@code failure} is what is thrown, and hears of a failure here.
     */
    private void cancelAfter(Throwable failure) {
        try {
            cancel();
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Tells the registry that an upload that has begun, if one has, will not go on. */
    void cancel() throws IOException {
        URI begun = location;
        if (begun == null) {
            return;
        }
        location = null;
        // Also where the caller has cancelled, its thread was interrupted or its time is over, which is when this
        // matters most, but not for long then.
        Duration left = deadline.remainingOr(AFTER_THE_END);
        Duration time = left.compareTo(policy.cancelTime()) < 0 ? left : policy.cancelTime();
        ClientSettings settings = session.settings()
                .withHttp(http -> http.withCancellation(Cancellation.never())
                        .withTimeout(time)
                        .withRetries(RetryPolicy.never()));
        Call call = Call.writing("DELETE", begun, Scope.push(path), RequestBody.none(), 200, ACCEPTED, NO_CONTENT, 404);
        boolean interrupted = Thread.interrupted();
        try {
            session.with(settings.withCalls(settings.calls().withOuter(null)))
                    .execute(call.permitted().trusting(locationTrusted))
                    .close();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** {@return whether the blob is there now; if not, it has to be sent in another form} */
    private boolean sendAtOnce(SentContent content) throws IOException {
        if (blob.size() == 0) {
            content.requireVerified();
        }
        Part all = content.part(0, blob.size());
        URI target = below("blobs/uploads/?digest=" + encode(digest.toString()));
        try (CallResponse answer = execute(upload("POST", target, all, CREATED, ACCEPTED))) {
            if (answer.status() == CREATED) {
                ended(answer, all);
                return true;
            }
            begun(answer);
            content.interrupted();
        } catch (HttpException e) {
            boolean offered = !isUnknown(e);
            if (offered) {
                requireResumable(e, content);
            } else {
                content.requireReadable();
            }
            content.interrupted();
            if (offered && isThere()) {
                return true;
            }
            if (!content.isThereFrom(0)) {
                throw e;
            }
        }
        if (!content.isThereFrom(0)) {
            throw new RegistryException(
                    Reason.UNSUPPORTED,
                    ACCEPTED,
                    session.host() + " takes no blob in one request, and the content can be read once only");
        }
        return false;
    }

    /** {@return whether it is what registries answer to a request of a kind that they do not offer} */
    private static boolean isUnknown(HttpException failure) {
        boolean badRequest = failure.status() == 400 && failure.codes().stream().noneMatch(ABOUT_THE_BLOB::contains);
        return failure.reason() == Reason.UNSUPPORTED
                || badRequest
                || failure.status() == 411
                || failure.status() == 413;
    }

    private void sendParts(SentContent content) throws IOException {
        long offset = 0;
        long furthest = 0;
        Attempts attempts = session.attempts(deadline);
        while (true) {
            if (location == null) {
                begin();
                offset = 0;
            }
            long left = blob.size() - offset;
            long length = way.length(left, minChunk);
            boolean last = way.ends(length, left);
            HttpException failure = last ? finish(content, offset, length) : sendChunk(content, offset, length);
            if (failure == null && last) {
                return;
            }
            if (failure == null) {
                offset += length;
                // Not for what was sent before: an upload that begins again and again would never fail.
                if (offset > furthest) {
                    attempts.reset();
                }
                furthest = Math.max(furthest, offset);
                continue;
            }
            content.interrupted();
            boolean another = hasAnotherWay(failure, length, last);
            long stands = another ? whereItStands() : offset;
            if (another && !(UploadWay.needsItsPlace(failure) && stands != offset)) {
                way.change(failure, length, minChunk);
            } else {
                if (attempts.isLast()) {
                    throw failure;
                }
                attempts.pause(failure);
                // The answer may have been lost, and not the blob.
                if (last && isThere()) {
                    location = null;
                    return;
                }
                stands = another ? stands : standsAfter(failure);
            }
            if (!content.isThereFrom(stands)) {
                throw failure;
            }
            offset = stands;
        }
    }

    private boolean hasAnotherWay(HttpException failure, long length, boolean last) {
        return way.hasAnother(failure, length, minChunk, last);
    }

    private void begin() throws IOException {
        boolean canonical = digest.algorithm().equals(DigestAlgorithm.SHA256);
        String query = canonical
                ? ""
                : "?digest-algorithm=" + encode(digest.algorithm().name());
        URI target = below("blobs/uploads/" + query);
        // An upload that was begun twice costs the registry no more than one that was given up.
        Call call = Call.writing("POST", target, Scope.push(path), RequestBody.none(), ACCEPTED);
        try (CallResponse answer = execute(call.repeated())) {
            begun(answer);
        }
    }

    private void begun(CallResponse answer) throws HttpException {
        moved(answer);
        minChunk = UploadAnswer.minChunk(answer);
        interrupted = false;
        countedHere = false;
        unconfirmed = false;
    }

    private void moved(CallResponse answer) throws HttpException {
        location = session.resolve(answer, UploadAnswer.location(answer), "the address of an upload");
        locationTrusted = answer.trusted();
    }

    /** {@return why the chunk was not taken, if it was not and may be sent again} */
    private @Nullable HttpException sendChunk(SentContent content, long offset, long length) throws IOException {
        Part chunk = content.part(offset, length);
        long end = offset + length;
        // Docker's own text had 204 before the specification had 202, and other registries answer 201.
        Call call = upload("PATCH", at(), chunk, ACCEPTED, CREATED, NO_CONTENT).trusting(locationTrusted);
        if (length < blob.size()) {
            call = call.with("Content-Range", range(offset, length));
        }
        int status;
        String stands;
        try (CallResponse answer = execute(call)) {
            requireSent(answer, chunk);
            if (answer.header("Location").isPresent()) {
                moved(answer);
            }
            status = answer.status();
            String range = answer.header("Range").orElse("");
            stands = answer.secrets().hideBeginning(range);
            boolean confirmed = range.isEmpty() || UploadAnswer.taken(answer).equals(OptionalLong.of(end));
            if (countedHere || confirmed) {
                return null;
            }
        } catch (HttpException e) {
            requireAnotherTry(e, content, length, false);
            return e;
        }
        // Some leave it at the first chunk, and some say where this one lies.
        OptionalLong asked = whatItSays();
        if (asked.isPresent() && asked.getAsLong() > Math.max(offset, 1) && asked.getAsLong() < end) {
            return new RegistryException(
                    Reason.PROTOCOL,
                    status,
                    session.host() + " says that an upload stands at " + Quoted.quote(stands) + " after " + end
                            + " bytes");
        }
        countedHere = true;
        unconfirmed = !asked.equals(OptionalLong.of(end));
        return null;
    }

    /** {@return why the upload did not end, if it did not and may go on} */
    private @Nullable HttpException finish(SentContent content, long offset, long length) throws IOException {
        if (length == 0) {
            content.requireVerified();
        }
        Part rest = content.part(offset, length);
        Call call = upload("PUT", ending(at()), rest, CREATED, NO_CONTENT).trusting(locationTrusted);
        if (offset > 0 && length > 0) {
            call = call.with("Content-Range", range(offset, length));
        }
        try (CallResponse answer = execute(call)) {
            ended(answer, rest);
            return null;
        } catch (HttpException e) {
            requireAnotherTry(e, content, length, true);
            return e;
        }
    }

    private URI ending(URI upload) {
        String query = upload.getRawQuery() == null ? "?" : "?" + upload.getRawQuery() + "&";
        // Not resolved: a path that begins with two slashes would be another host.
        return URI.create(upload.getScheme() + "://" + upload.getRawAuthority() + upload.getRawPath() + query
                + "digest=" + encode(digest.toString()));
    }

    private static String range(long offset, long length) {
        return offset + "-" + (offset + length - 1);
    }

    private Call upload(String method, URI target, Part part, Integer... accepted) {
        return Call.writing(method, target, Scope.push(path), part, accepted)
                .with("Content-Type", "application/octet-stream")
                .ofContent();
    }

    private void ended(CallResponse answer, Part last) throws IOException {
        requireSent(answer, last);
        location = null;
        requireSame(answer);
    }

    /** An answer that came before the content was sent, and so before it was verified, says nothing of the content. */
    private void requireSent(CallResponse answer, Part part) throws HttpException {
        if (!part.isSent()) {
            throw new RegistryException(
                    Reason.PROTOCOL, answer.status(), session.host() + " says that it has taken what was not sent yet");
        }
    }

    /** A registry that took the blob under another digest does not have this one. */
    private void requireSame(CallResponse answer) throws IOException {
        Optional<Digest> claimed = ContentDigest.of(answer, session);
        if (claimed.isEmpty() || claimed.get().equals(digest)) {
            return;
        }
        if (claimed.get().algorithm().equals(digest.algorithm()) || !isThere()) {
            throw ContentDigest.contradiction(answer, session.host(), claimed.get(), digest);
        }
    }

    private URI at() throws HttpException {
        URI begun = location;
        if (begun == null) {
            throw new IllegalStateException("no upload has begun");
        }
        return begun;
    }

    /** Throws unless the registry may take the content if it is sent again, in this way or in another one. */
    private void requireAnotherTry(HttpException failure, SentContent content, long length, boolean last)
            throws IOException {
        if (hasAnotherWay(failure, length, last)) {
            content.requireReadable();
        } else {
            requireResumable(failure, content);
        }
    }

    /** {@return whether an upload may be broken that has had a failure, and not what it is of} */
    private boolean isOfThisUpload(HttpException failure) {
        return failure.status() == 400
                && (interrupted || unconfirmed)
                && failure.codes().stream().anyMatch(ABOUT_THE_UPLOAD::contains);
    }

    /** Throws unless the registry may take the content if it is sent again. */
    private void requireResumable(HttpException failure, SentContent content) throws IOException {
        // What the registry makes of a body that breaks off is a consequence.
        content.requireReadable();
        boolean resumable = switch (failure.reason()) {
            // What never reached the registry was repeated already, if that could be done.
            case UNREACHABLE -> !failure.details().unprocessed() || !content.isRepeatable();
            case SERVER_ERROR -> true;
            default -> failure.status() == 404 || failure.status() == 416 || isOfThisUpload(failure);
        };
        if (!resumable) {
            throw failure;
        }
    }

    /** {@return how many bytes the registry has of the upload after a failure, or 0 after which it is over} */
    private long standsAfter(HttpException failure) throws IOException {
        return isOfThisUpload(failure) ? giveUp() : whereItStands();
    }

    /** {@return how many bytes the registry has of the upload; if it does not say, the upload is over} */
    private long whereItStands() throws IOException {
        interrupted = true;
        if (location == null) {
            return 0; // the registry says that it has ended, and does not have what was sent
        }
        OptionalLong taken = whatItSays();
        // "0-0" is what registries say of one byte and of none.
        boolean known = taken.isPresent() && taken.getAsLong() > 1 && taken.getAsLong() <= blob.size();
        // Who was wrong before may be so now.
        return known && !unconfirmed ? taken.getAsLong() : giveUp();
    }

    /** {@return how many bytes the registry says that it has of the upload, if it says so} */
    private OptionalLong whatItSays() throws IOException {
        Call call = Call.reading("GET", at(), Scope.push(path))
                .accepting(NO_CONTENT)
                .trusting(locationTrusted);
        try (CallResponse answer = execute(call)) {
            if (answer.header("Location").isPresent()) {
                moved(answer);
            }
            return UploadAnswer.taken(answer);
        } catch (HttpException e) {
            // A registry that does not know its own upload can still take another one.
            if (e.reason() == Reason.CANCELLED || e.reason() == Reason.TIMED_OUT) {
                throw e;
            }
            return OptionalLong.empty();
        }
    }

    /** {@return 0, where the next upload begins} */
    private long giveUp() throws IOException {
        try {
            cancel();
        } catch (HttpException e) {
            // The next upload does not need this one's end.
        }
        return 0;
    }

    private URI below(String rest) {
        return session.base().resolve(path + "/" + rest);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
