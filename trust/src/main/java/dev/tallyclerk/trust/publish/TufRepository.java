package dev.tallyclerk.trust.publish;

import dev.tallyclerk.internal.json.JsonValue.JsonObject;
import dev.tallyclerk.trust.publish.PublishException.Reason;
import dev.tallyclerk.trust.publish.RepositoryStatus.RoleStatus;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.sign.SigningKey;
import dev.tallyclerk.trust.tuf.metadata.TopLevelRole;
import java.io.Closeable;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A TUF 1.0 repository, written into a folder, to a web server or to a registry.
 *
 * <pre>{@code
 * TufRepository repository = TufRepository.open(RepositoryPlace.ofFolder(folder), Clock.systemUTC());
 * PendingMetadata pending = repository.change().withTarget(target).pending().signedBy(targetsKey);
 * repository.publish(pending, List.of(snapshotKey, timestampKey));
 * }</pre>
 *
 * <p>Root and targets metadata is signed before it is published, on other machines if need be. Snapshot and timestamp
 * metadata is made and signed while publishing. Snapshots are consistent, so a crash at any step leaves a repository
 * that clients can use; publishing the same change again then completes it. Each call reads the folder again; safe for
 * use by several threads.
 */
public final class TufRepository {
    private final RepositoryPlace place;
    private final Clock clock;
    private final Lifetimes lifetimes;
    private final boolean dryRun;

    private TufRepository(RepositoryPlace place, Clock clock, Lifetimes lifetimes, boolean dryRun) {
        this.place = Objects.requireNonNull(place, "place");
        this.clock = Objects.requireNonNull(clock, "clock");
        this.lifetimes = Objects.requireNonNull(lifetimes, "lifetimes");
        this.dryRun = dryRun;
    }

    /**
     * {@return the repository at a place}
     *
     * @param clock gives new versions their expiry
     * @throws PublishException if there is none
     * @throws IOException if the place cannot be read
     */
    public static TufRepository open(RepositoryPlace place, Clock clock) throws PublishException, IOException {
        if (place.files().newestRoot() == 0) {
            throw PublishException.of(Reason.NO_REPOSITORY, "there is no root in " + place);
        }
        return at(place, clock);
    }

    /**
     * {@return a new repository, in which there is nothing until its first change is published}
     *
     * @param clock gives new versions their expiry
     * @throws PublishException if there already is a repository
     * @throws IOException if the place cannot be read
     */
    public static TufRepository create(RepositoryPlace place, Clock clock) throws PublishException, IOException {
        if (place.files().newestRoot() != 0) {
            throw PublishException.of(Reason.NO_REPOSITORY, "there already is a root in " + place);
        }
        return at(place, clock);
    }

    /**
     * {@return the repository at a place, whether it has been published or is to be; reads nothing}
     *
     * @param clock gives new versions their expiry
     */
    public static TufRepository at(RepositoryPlace place, Clock clock) {
        return new TufRepository(place, clock, Lifetimes.defaults(), false);
    }

    /** {@return this repository, which does everything that publishing does but write} */
    public TufRepository withDryRun() {
        return new TufRepository(place, clock, lifetimes, true);
    }

    private RepositoryFiles files() {
        RepositoryFiles files = place.files();
        return dryRun ? new UnwrittenFiles(files) : files;
    }

    /**
     * {@return whether a first root has been published}
     *
     * @throws PublishException if the place has something else than a repository
     * @throws IOException if the place cannot be read
     */
    public boolean exists() throws PublishException, IOException {
        return place.files().newestRoot() != 0;
    }

    /** {@return this repository with other lifetimes of new versions; the default is {@link Lifetimes#defaults}} */
    public TufRepository withLifetimes(Lifetimes lifetimes) {
        return new TufRepository(place, clock, lifetimes, dryRun);
    }

    /**
     * {@return a change of what is published now, without edits}
     *
     * @throws PublishException if the published metadata is malformed, or not signed by its keys
     * @throws IOException if the repository cannot be read
     */
    public RepositoryChange change() throws PublishException, IOException {
        return RepositoryChange.of(RepositoryState.read(files()), clock.instant(), lifetimes);
    }

    /**
     * Publishes a change, with a new snapshot and timestamp.
     *
     * <p>If keys of the timestamp or the snapshot change, give the keys before as well: then clients that know only the
     * root before accept the new files, and there is no moment in which a client fails.
     *
     * @param pending the change, signed
     * @param online the keys for snapshot and timestamp
     * @return what was published
     * @throws PublishException if a threshold is not met, or if a role of the change has been published by another
     *     publisher meanwhile; nothing is published then
     * @throws SigningException if an online key cannot sign; nothing is published then
     * @throws IOException if the repository cannot be read or written; the repository is as before or as after the
     *     change, and publishing the change again completes it
     */
    public PublicationReport publish(PendingMetadata pending, Collection<? extends SigningKey> online)
            throws PublishException, IOException, SigningException {
        return publish(pending, online, false);
    }

    /**
     * Refuses a change that does not replace what this repository has published, or that claims to replace something
     * else. For holders of keys with a copy of the repository: the words of a change compare it with the version before
     * as its file has it, and nobody has signed that.
     *
     * @param pending the change, signed or not
     * @throws PublishException if the repository has another version, or another content of it
     * @throws IOException if the repository cannot be read
     */
    public void requireCurrent(PendingMetadata pending) throws PublishException, IOException {
        new Publication(RepositoryState.read(files()), List.of(), clock.instant(), lifetimes).add(pending);
    }

    /**
     * Publishes a new timestamp, so that clients see that the repository is alive; and a new snapshot if the published
     * one expires before the timestamp does.
     *
     * @param online the keys for timestamp and, if it is due, snapshot
     * @return what was published
     * @throws PublishException if a threshold is not met
     * @throws SigningException if a key cannot sign
     * @throws IOException if the repository cannot be read or written
     */
    public PublicationReport bumpTimestamp(Collection<? extends SigningKey> online)
            throws PublishException, IOException, SigningException {
        return publish(PendingMetadata.of(List.of()), online, false);
    }

    /**
     * Publishes a new snapshot and timestamp.
     *
     * @param online the keys for both
     * @return what was published
     * @throws PublishException if a threshold is not met
     * @throws SigningException if a key cannot sign
     * @throws IOException if the repository cannot be read or written
     */
    public PublicationReport bumpSnapshot(Collection<? extends SigningKey> online)
            throws PublishException, IOException, SigningException {
        return publish(PendingMetadata.of(List.of()), online, true);
    }

    private PublicationReport publish(
            PendingMetadata pending, Collection<? extends SigningKey> online, boolean renewsSnapshot)
            throws PublishException, IOException, SigningException {
        RepositoryFiles files = files();
        try (Closeable claim = files.claim()) {
            Objects.requireNonNull(claim, "claim");
            Publication publication = new Publication(RepositoryState.read(files), online, clock.instant(), lifetimes);
            publication.add(pending);
            return publication.publish(files, renewsSnapshot);
        }
    }

    /**
     * Copies what is published, byte for byte, so that clients can read it at another place too. Only the files that
     * the other place lacks are written. Does nothing if it has the same timestamp.
     *
     * @param other where to copy to: nothing, or a copy of an earlier state
     * @throws PublishException with {@link Reason#CONFLICT} if the other place has another repository or a newer
     *     timestamp, or another publisher writes there; if the published metadata is malformed, or not signed by its
     *     keys
     * @throws IOException if this repository cannot be read, or the other place not be written
     */
    public void copyTo(RepositoryPlace other) throws PublishException, IOException {
        new RepositoryCopy(files(), other.files()).write();
    }

    /**
     * {@return the published versions of all roles, delegated ones included}
     *
     * @throws PublishException if the published metadata is malformed, or not signed by its keys
     * @throws IOException if the repository cannot be read
     */
    public RepositoryStatus status() throws PublishException, IOException {
        RepositoryState state = RepositoryState.read(files());
        List<RoleStatus> roles = new ArrayList<>();
        JsonObject root = state.signed("root").orElse(Members.EMPTY);
        for (TopLevelRole role : TopLevelRole.values()) {
            Optional<SignedDocument> document = switch (role) {
                case ROOT -> state.root();
                case TIMESTAMP -> state.timestamp();
                case SNAPSHOT -> state.snapshot();
                case TARGETS -> state.document(role.roleName());
            };
            if (document.isPresent()) {
                roles.add(status(document.get(), RoleSigners.ofRoot(root, role.roleName())));
            }
        }
        addDelegated("targets", state, roles);
        return new RepositoryStatus(roles);
    }

    private static RoleStatus status(SignedDocument document, RoleSigners signers) throws PublishException {
        return new RoleStatus(
                document.role(),
                document.version(),
                document.expires(),
                signers.threshold(),
                List.copyOf(signers.keys().members().keySet()));
    }

    private static void addDelegated(String delegator, RepositoryState state, List<RoleStatus> roles)
            throws PublishException, IOException {
        JsonObject signed = state.signed(delegator).orElse(Members.EMPTY);
        for (String name : Delegators.delegatedBy(signed)) {
            Optional<SignedDocument> document = state.document(name);
            Optional<RoleSigners> signers = RoleSigners.ofDelegator(delegator, signed, name);
            if (document.isPresent() && signers.isPresent()) {
                roles.add(status(document.get(), signers.get()));
                addDelegated(name, state, roles);
            }
        }
    }
}
