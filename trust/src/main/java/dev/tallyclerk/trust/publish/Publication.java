package dev.tallyclerk.trust.publish;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.internal.json.JsonValue;
import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files that publish a change, in the order in which they have to appear. Verifies everything before a file is
 * written. For one thread.
 */
final class Publication implements Delegators.Lookup {
    private static final String ROOT = "root";
    private static final String TOP = "targets";

    private final RepositoryState base;
    private final Collection<? extends SigningKey> online;
    private final Instant now;
    private final Lifetimes lifetimes;

    /** The documents of the change that are not published yet, by role. */
    private final Map<String, SignedDocument> fresh = new LinkedHashMap<>();

    Publication(RepositoryState base, Collection<? extends SigningKey> online, Instant now, Lifetimes lifetimes) {
        this.base = base;
        this.online = online;
        this.now = now.truncatedTo(ChronoUnit.SECONDS);
        this.lifetimes = lifetimes;
    }

    @Override
    public Optional<JsonObject> signed(String role) throws PublishException, IOException {
        SignedDocument own = fresh.get(role);
        return own == null ? base.signed(role) : Optional.of(own.signed());
    }

    /** Refuses documents that were not made from what is published now, and skips those that are published already. */
    void add(PendingMetadata pending) throws PublishException, IOException {
        for (PendingDocument each : pending.documents()) {
            SignedDocument document = each.document();
            String role = document.role();
            if (role.equals("timestamp") || role.equals("snapshot")) {
                throw PublishException.of(Reason.MALFORMED, "a change has no document of the role " + role);
            }
            long published = base.version(role);
            if (published == document.version()
                    && base.document(role).filter(document::isSameContent).isPresent()) {
                continue;
            }
            if (published + 1 != document.version()
                    || (each.replaces().isPresent() && !each.replaces().equals(base.signed(role)))) {
                throw PublishException.of(
                        Reason.CONFLICT,
                        "the change to version " + document.version() + " of " + role
                                + " was not made from what is published now, version " + published
                                + "; make the change again");
            }
            fresh.put(role, document);
        }
    }

    private JsonObject root() throws PublishException, IOException {
        return signed(ROOT)
                .orElseThrow(() -> PublishException.of(Reason.NO_REPOSITORY, "there is no root to publish with"));
    }

    /** Verifies all new documents, and the published ones whose keys change. */
    private void verify() throws PublishException, IOException {
        JsonObject root = root();
        SignedDocument newRoot = fresh.get(ROOT);
        if (newRoot != null) {
            Optional<SignedDocument> before = base.root();
            if (before.isPresent()) {
                RoleSigners.ofRoot(before.get().signed(), ROOT).require(newRoot, Reason.THRESHOLD_NOT_MET);
            }
            RoleSigners.ofRoot(root, ROOT).require(newRoot, Reason.THRESHOLD_NOT_MET);
        }
        RoleSigners.ofRoot(root, TOP).require(current(TOP), Reason.THRESHOLD_NOT_MET);
        for (SignedDocument document : List.copyOf(fresh.values())) {
            if (!SignedDocument.isTopLevel(document.role())) {
                signersOf(document.role()).require(document, Reason.THRESHOLD_NOT_MET);
            }
            if (SignedDocument.type(document.role()) == TopLevelRole.TARGETS) {
                verifyDelegations(document);
            }
        }
    }

    private RoleSigners signersOf(String role) throws PublishException, IOException {
        String delegator = Delegators.delegatorOf(role, this);
        return RoleSigners.ofDelegator(delegator, signed(delegator).orElse(Members.EMPTY), role)
                .orElseThrow(() -> PublishException.of(Reason.NO_SUCH_ROLE, "nothing delegates to " + role));
    }

    private SignedDocument current(String role) throws PublishException, IOException {
        SignedDocument own = fresh.get(role);
        return own != null
                ? own
                : base.document(role)
                        .orElseThrow(() -> PublishException.of(Reason.NO_SUCH_ROLE, "there is no metadata of " + role));
    }

    private void verifyDelegations(SignedDocument delegator) throws PublishException, IOException {
        JsonObject after = Members.object(delegator.signed(), "delegations").orElse(Members.EMPTY);
        JsonObject before = base.signed(delegator.role())
                .flatMap(signed -> Members.object(signed, "delegations"))
                .orElse(Members.EMPTY);
        if (after.equals(before)) {
            return;
        }
        for (String name : Delegators.delegatedBy(delegator.signed())) {
            if (!fresh.containsKey(name)) {
                Optional<RoleSigners> signers = RoleSigners.ofDelegator(delegator.role(), delegator.signed(), name);
                if (signers.isPresent()) {
                    signers.get().require(current(name), Reason.THRESHOLD_NOT_MET);
                }
            }
        }
    }

    /**
     * Publishes everything.
     *
     * <p>Files with new names come first and the timestamp, which refers to them, last, so that at each moment a client
     * sees all of the old state or all of the new. A new root appears after the timestamp if the root before accepts
     * the new files too. Otherwise it appears right before the timestamp, and clients fail in between.
     */
    PublicationReport publish(RepositoryFiles files, boolean renewsSnapshot)
            throws PublishException, IOException, SigningException {
        verify();
        for (Map.Entry<String, SignedDocument> each : fresh.entrySet()) {
            each.setValue(withCountedSignatures(each.getValue()));
        }
        SignedDocument snapshot = snapshot(files, renewsSnapshot);
        SignedDocument timestamp = timestamp(snapshot);
        SignedDocument newRoot = fresh.get(ROOT);
        List<SignedDocument> last = new ArrayList<>();
        if (newRoot != null) {
            last.add(newRoot);
        }
        last.add(isAcceptedByTheRootBefore(snapshot, timestamp) ? 0 : last.size(), timestamp);
        Map<String, byte[]> first = new LinkedHashMap<>();
        for (SignedDocument document : fresh.values()) {
            if (!document.role().equals(ROOT)) {
                first.put(document.fileName(), document.bytes());
            }
        }
        if (base.snapshot().filter(snapshot::equals).isEmpty()) {
            first.put(snapshot.fileName(), snapshot.bytes());
        }
        Map<String, byte[]> switching = new LinkedHashMap<>();
        for (SignedDocument document : last) {
            switching.put(document.fileName(), document.bytes());
        }
        files.publish(first, switching);
        List<String> names = new ArrayList<>(first.keySet());
        names.addAll(switching.keySet());
        return new PublicationReport(words(snapshot, timestamp), names);
    }

    private List<String> words(SignedDocument snapshot, SignedDocument timestamp) throws PublishException, IOException {
        List<String> words = new ArrayList<>();
        for (SignedDocument document : fresh.values()) {
            words.addAll(Words.difference(
                    document.role(), base.signed(document.role()).orElse(Members.EMPTY), document.signed()));
        }
        if (base.snapshot().filter(snapshot::equals).isEmpty()) {
            words.addAll(difference(base.snapshot(), snapshot));
        }
        words.addAll(difference(base.timestamp(), timestamp));
        return words;
    }

    private static List<String> difference(Optional<SignedDocument> before, SignedDocument after)
            throws PublishException {
        return Words.difference(after.role(), before.map(SignedDocument::signed).orElse(Members.EMPTY), after.signed());
    }

    private boolean isAcceptedByTheRootBefore(SignedDocument snapshot, SignedDocument timestamp)
            throws PublishException, IOException {
        if (base.root().isEmpty() || !fresh.containsKey(ROOT)) {
            return true;
        }
        JsonObject before = base.root().get().signed();
        for (SignedDocument document : List.of(timestamp, snapshot, current(TOP))) {
            if (!RoleSigners.ofRoot(before, document.role()).isMetBy(document)) {
                return false;
            }
        }
        return true;
    }

    private SignedDocument snapshot(RepositoryFiles files, boolean renews)
            throws PublishException, IOException, SigningException {
        boolean listsMore = fresh.keySet().stream().anyMatch(role -> !role.equals(ROOT));
        Optional<SignedDocument> published = base.snapshot();
        if (published.isPresent()
                && !renews
                && !listsMore
                && published.get().expires().isAfter(now.plus(lifetimes.timestamp()))
                && RoleSigners.ofRoot(root(), "snapshot").isMetBy(published.get())) {
            return published.get();
        }
        Map<String, JsonValue> meta = new LinkedHashMap<>(base.meta().members());
        for (SignedDocument document : fresh.values()) {
            if (!document.role().equals(ROOT)) {
                meta.put(document.role() + ".json", listing(document));
            }
        }
        long version = files.unusedSnapshot(base.version("snapshot") + 1);
        return sign(TopLevelRole.SNAPSHOT, version, new JsonObject(meta));
    }

    private SignedDocument timestamp(SignedDocument snapshot) throws PublishException, IOException, SigningException {
        return sign(
                TopLevelRole.TIMESTAMP,
                base.version("timestamp") + 1,
                new JsonObject(Map.of("snapshot.json", listing(snapshot))));
    }

    /** With length and hash, so that a stolen key alone cannot sign another file of the same version. */
    private static JsonObject listing(SignedDocument document) throws PublishException {
        byte[] file = document.bytes();
        Map<String, JsonValue> members = new LinkedHashMap<>();
        members.put("version", Members.of(document.version()));
        members.put("length", Members.of(file.length));
        members.put(
                "hashes",
                new JsonObject(Map.of("sha256", Members.of(Digest.sha256Of(file).encoded()))));
        return new JsonObject(members);
    }

    /** Signs with the keys of the new root, and with those of the root before so that both accept the document. */
    private SignedDocument sign(TopLevelRole type, long version, JsonObject meta)
            throws PublishException, IOException, SigningException {
        String role = type.roleName();
        JsonObject header = SignedDocument.header(type, version, now.plus(lifetimes.of(type)));
        SignedDocument document = SignedDocument.unsigned(role, Members.with(header, "meta", meta));
        List<RoleSigners> all = signers(role);
        for (SigningKey key : online) {
            document = RoleSigners.signed(document, key, all).orElse(document);
        }
        all.get(0).require(document, Reason.THRESHOLD_NOT_MET);
        return withCountedSignatures(document);
    }

    private List<RoleSigners> signers(String role) throws PublishException, IOException {
        List<RoleSigners> signers = new ArrayList<>();
        if (SignedDocument.isTopLevel(role)) {
            signers.add(RoleSigners.ofRoot(root(), role));
            if (base.root().isPresent()) {
                signers.add(RoleSigners.ofRoot(base.root().get().signed(), role));
            }
        } else {
            signers.add(signersOf(role));
        }
        return signers;
    }

    /** {@return the document without signatures that are wrong or by other keys} */
    private SignedDocument withCountedSignatures(SignedDocument document) throws PublishException, IOException {
        Map<String, String> valid = new LinkedHashMap<>();
        for (RoleSigners each : signers(document.role())) {
            valid.putAll(each.validSignatures(document));
        }
        return document.withSignatures(valid);
    }
}
