package dev.tallyclerk.registry.client;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.http.HttpException;
import dev.tallyclerk.http.HttpException.Reason;
import dev.tallyclerk.http.RequestBody;
import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.internal.call.Attempts;
import dev.tallyclerk.internal.call.Deadline;
import dev.tallyclerk.internal.call.HostGate;
import dev.tallyclerk.registry.internal.auth.Scope;
import dev.tallyclerk.registry.internal.reference.ReferrersTag;
import dev.tallyclerk.registry.model.Descriptor;
import dev.tallyclerk.registry.model.MalformedDocumentException;
import dev.tallyclerk.registry.model.MediaType;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the index of a manifest's referrers for a registry that does not know of subjects.
 *
 * <p>Clients that do so at the same time can overwrite each other's index. Those of one {@link RegistryClient} wait for
 * one another. For others there is the condition that the index is still the one that was changed, which some
 * registries keep to; and because others do not, an index that was put is looked at again, at once and after two waits,
 * in which a client that has read the index before puts its own. A client that finds another's then starts again. Where
 * others were seen to put theirs, there may be one more who is slow, so it is looked at more often and for longer.
 *
 * @see <a
 *     href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pushing-manifests-with-subject">OCI
 *     distribution-spec v1.1.1, Pushing Manifests with Subject</a>
 */
final class ReferrersFallback {
    /** Each after a time that is usually longer than a client needs between the index that it reads and its own. */
    private static final int MORE_LOOKS = 2;

    /** After these the wait before each look is twice the one before. */
    private static final int LOOKS_AMONG_OTHERS = MORE_LOOKS + 4;

    private static final Duration LONGEST_LOOK = Duration.ofSeconds(1);

    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int PRECONDITION_FAILED = 412;

    private final RegistrySession session;
    private final String path;

    /** An index as the registry has it, and the condition under which it may be replaced. */
    private record Found(
            ReferrersIndex index, String header, @Nullable String value) {}

    ReferrersFallback(RegistrySession session, String path) {
        this.session = session;
        this.path = path;
    }

    /** {@return whether the registry lists referrers by itself} */
    boolean isOffered(Digest subject, Scope scope) throws IOException {
        URI target = session.base().resolve(path + "/referrers/" + subject);
        ClientSettings settings = session.settings();
        int most = settings.limits().maxPageBytes();
        try {
            Optional<Document> found = Document.read(session, ReferrerList.call(target, scope), most);
            return found.isPresent()
                    && ReferrerList.index(found.get(), settings.documents().withMaxManifestBytes(most))
                            .isPresent();
        } catch (MalformedDocumentException e) {
            return true; // a list, whatever is wrong with it
        } catch (HttpException e) {
            if (ReferrerList.isNone(e)) {
                return false;
            }
            throw e;
        }
    }

    /** Adds a referrer to its subject's index, if it is not there. */
    void add(Digest subject, Descriptor referrer) throws IOException {
        change(subject, referrer.digest(), index -> index.has(referrer.digest()), index -> index.with(referrer));
    }

    /** Takes a referrer out of its subject's index, if it is there. */
    void remove(Digest subject, Digest referrer) throws IOException {
        change(subject, null, index -> !index.has(referrer), index -> index.without(referrer));
    }

    /**
     * Changes a subject's index until it is as wanted.
     *
     * @param readable the digest of a manifest that is there, if an index that must not be read may count as absent
     */
    private void change(
            Digest subject,
            @Nullable Digest readable,
            Predicate<ReferrersIndex> asWanted,
            UnaryOperator<ReferrersIndex> change)
            throws IOException {
        ClientSettings settings = session.settings();
        String tag = ReferrersTag.of(subject);
        Deadline deadline = session.deadline(false);
        Attempts attempts = session.attempts(deadline);
        URI target = session.base().resolve(path + "/manifests/" + tag);
        HostGate.Permit alone = settings.state().changes().enter(target.toString(), deadline);
        try {
            Found found = findOrBegin(target, subject, readable);
            boolean first = true;
            while (!asWanted.test(found.index())) {
                if (!first && attempts.isLast()) {
                    throw conflict(tag);
                }
                if (!first) {
                    attempts.pause(conflict(tag));
                }
                ReferrersIndex changed = change.apply(found.index());
                Found before = found;
                Optional<HttpException> refusal = put(target, changed, before);
                found = settled(target, subject, asWanted, changed, !first, deadline);
                first = false;
                if (refusal.isPresent() && found.equals(before)) {
                    throw refusal.get(); // nobody has changed it, so it was refused for another reason
                }
            }
        } finally {
            alone.close();
        }
    }

    /**
     * {@return the index some time after it was put, or as soon as it is not as wanted}
     *
     * @param own the index that was put
     * @param others whether others were seen to put theirs
     */
    private Found settled(
            URI target,
            Digest subject,
            Predicate<ReferrersIndex> asWanted,
            ReferrersIndex own,
            boolean others,
            Deadline deadline)
            throws IOException {
        Found found = find(target, subject);
        boolean among = others;
        for (int looks = 0; asWanted.test(found.index()); looks++) {
            among |= !found.index().equals(own);
            if (looks == (among ? LOOKS_AMONG_OTHERS : MORE_LOOKS)) {
                break;
            }
            Duration wait = wait(session.settings(), Math.max(0, looks - MORE_LOOKS + 1));
            if (deadline.remaining().compareTo(wait) <= 0) {
                break; // the index is as it was put, as far as there is time to see
            }
            deadline.sleep(wait);
            found = find(target, subject);
        }
        return found;
    }

    /** {@return between half of a first wait and all of it, doubled so often; the first wait is at most a second} */
    private static Duration wait(ClientSettings settings, int doublings) {
        RetryPolicy policy = settings.http().retries();
        long most = LONGEST_LOOK.toMillis();
        for (Duration limit : List.of(policy.firstWait(), policy.longestWait())) {
            most = limit.compareTo(LONGEST_LOOK) < 0 ? Math.min(most, limit.toMillis()) : most;
        }
        most = Math.min(most << doublings, Math.max(most, policy.longestWait().toMillis()));
        return Duration.ofMillis((long) (most * (1 + settings.calls().waits().random()) / 2));
    }

    private HttpException conflict(String tag) {
        return new RegistryException(
                Reason.CONFLICT,
                PRECONDITION_FAILED,
                session.host() + " does not keep the index of referrers " + path + ":" + tag
                        + " as it was put: somebody else puts another one");
    }

    /**
     * {@return the index, or an empty one}
     *
     * <p>Some registries deny a tag that is not there, and nothing else of the repository. That it is not there the
     * list of tags has to say, and it is decided again when the index is put, by a condition that not all keep to.
     */
    private Found findOrBegin(URI target, Digest subject, @Nullable Digest readable) throws IOException {
        try {
            return find(target, subject);
        } catch (HttpException e) {
            boolean denied = e.status() == 403
                    && !e.details().unprocessed()
                    && !e.details().redirected();
            if (!denied || readable == null || !isReadable(readable, e) || mayBeThere(subject, e)) {
                throw e;
            }
            return new Found(ReferrersIndex.empty(), "If-None-Match", "*");
        }
    }

    private boolean mayBeThere(Digest subject, HttpException denial) throws IOException {
        Call call = Call.reading("GET", session.base().resolve(path + "/tags/list"), Scope.push(path));
        try {
            return new Pages<>(session, call, NameList.ofTags(session.settings()))
                    .all()
                    .contains(ReferrersTag.of(subject));
        } catch (HttpException e) {
            denial.addSuppressed(e);
            return e.reason() != Reason.NOT_FOUND;
        }
    }

    private boolean isReadable(Digest manifest, HttpException denial) {
        Call call = Call.reading("HEAD", session.base().resolve(path + "/manifests/" + manifest), Scope.push(path))
                .acceptingManifests();
        try {
            session.execute(call).close();
            return true;
        } catch (HttpException e) {
            denial.addSuppressed(e);
            return false;
        }
    }

    private Found find(URI target, Digest subject) throws IOException {
        Call call = Call.reading("GET", target, Scope.push(path)).acceptingManifests();
        int most = session.settings().documents().maxManifestBytes();
        Optional<Document> found = Document.read(session, call.accepting(OK, NOT_FOUND), most);
        if (found.isEmpty()) {
            return new Found(ReferrersIndex.empty(), "If-None-Match", "*");
        }
        if (ReferrersTag.isSubjectItself(subject, found.get().bytes())) {
            return new Found(ReferrersIndex.empty(), "If-Match", null); // there is no such tag that it could be about
        }
        ReferrersIndex index = parsed(found.get(), target);
        Optional<String> tag = found.get().answer().header("ETag").filter(ReferrersFallback::canBeSentBack);
        return new Found(index, "If-Match", tag.orElse(null));
    }

    /** {@return whether it is a strong tag of visible ASCII} HTTP allows more, which not every transport sends. */
    private static boolean canBeSentBack(String tag) {
        return tag.startsWith("\"") && tag.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** Other content belongs to another client, and an unreadable index may have entries: neither is replaced. */
    private ReferrersIndex parsed(Document found, URI target) throws HttpException {
        try {
            return ReferrersIndex.parse(found.bytes(), session.settings().documents());
        } catch (MalformedDocumentException e) {
            String tag = target.getPath().substring(target.getPath().lastIndexOf('/') + 1);
            String what = session.host() + " has no index of referrers under " + path + ":" + tag
                    + ", so the list of referrers stays as it is: " + e.getMessage();
            throw found.answer().secrets().hide(new RegistryException(Reason.PROTOCOL, what, e));
        }
    }

    /** {@return the failure that says that the index is not the one any more that it was put instead of} */
    private Optional<HttpException> put(URI target, ReferrersIndex index, Found instead) throws IOException {
        byte[] document = index.bytes(session.settings().documents());
        Call call = Call.writing("PUT", target, Scope.push(path), RequestBody.of(document), OK, 201, 202)
                .with("Content-Type", MediaType.OCI_INDEX);
        if (instead.value() != null) {
            call = call.with(instead.header(), instead.value());
        }
        try {
            session.execute(call.repeated()).close();
            return Optional.empty();
        } catch (HttpException e) {
            if (e.status() != PRECONDITION_FAILED) {
                throw e;
            }
            return Optional.of(e);
        }
    }
}
