package dev.tallyclerk.trust.migrate;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.Attachment;
import dev.tallyclerk.evidence.NewAttachment;
import dev.tallyclerk.evidence.NewBlob;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.migrate.NotCarried.Reason;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.publish.KeySet;
import dev.tallyclerk.trust.publish.PublishException;
import dev.tallyclerk.trust.publish.RepositoryChange;
import dev.tallyclerk.trust.publish.RepositoryStatus;
import dev.tallyclerk.trust.publish.TeamDelegation;
import dev.tallyclerk.trust.publish.TufRepository;
import dev.tallyclerk.trust.sign.ImageSigner;
import dev.tallyclerk.trust.sign.SigningException;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The plan of moving a Notary v1 collection: the targets that are carried over, and the rest with the reasons.
 *
 * <p>Nothing is written or signed before {@link #change} or {@link #signatures} is called; both sign by new keys, for
 * nobody has the old ones. Immutable.
 */
public final class MigrationPlan {
    private static final String TARGETS = "targets";

    /** The characters that a tag may have. */
    private static final Pattern TAG_PREFIX = Pattern.compile("[A-Za-z0-9_.-]{0,128}");

    /** The reasons for which clients accept nothing today either. */
    private static final Set<Reason> NOT_ACCEPTED =
            EnumSet.of(Reason.NOT_RELEASED, Reason.OTHER_DIGEST, Reason.ROLE_NOT_CARRIED);

    private final String gun;
    private final String image;
    private final Instant expires;
    private final List<NotaryDelegation> roles;
    private final List<MigratedTarget> carried;
    private final List<NotCarried> notCarried;

    private MigrationPlan(
            String gun,
            String image,
            Instant expires,
            List<NotaryDelegation> roles,
            List<MigratedTarget> carried,
            List<NotCarried> notCarried) {
        this.gun = gun;
        this.image = image;
        this.expires = expires;
        this.roles = roles;
        this.carried = List.copyOf(carried);
        this.notCarried = List.copyOf(notCarried);
    }

    static MigrationPlan of(
            NotaryCollection collection,
            String image,
            List<String> counting,
            List<MigratedTarget> carried,
            List<NotCarried> notCarried) {
        Set<String> used = new HashSet<>();
        carried.forEach(target -> used.add(target.role()));
        List<NotaryDelegation> roles = collection.roles().stream()
                .filter(role -> used.contains(role.role()) && counting.contains(role.role()))
                .toList();
        return new MigrationPlan(collection.gun(), image, collection.expires(), roles, carried, notCarried);
    }

    /** {@return the name of the collection} */
    public String gun() {
        return gun;
    }

    /** {@return the whole name of the images without a tag} */
    public String image() {
        return image;
    }

    /** {@return the statements that are carried over, sorted by tag} */
    public List<MigratedTarget> carried() {
        return carried;
    }

    /** {@return the roles whose statements are carried over, with the paths that they may list} */
    public List<NotaryDelegation> roles() {
        return roles;
    }

    /** {@return what is not carried over, wherever the statements go} */
    public List<NotCarried> notCarried() {
        return notCarried;
    }

    /** {@return whether nothing is lost that clients accept today: what is left was not released} */
    public boolean isComplete() {
        return notCarried.stream().allMatch(each -> NOT_ACCEPTED.contains(each.reason()));
    }

    /** {@return what is not carried over if the statements become TUF targets} */
    public List<NotCarried> notCarriedAsTargets() {
        List<NotCarried> all = new ArrayList<>(notCarried);
        for (NotaryDelegation role : roles) {
            for (String path : role.paths()) {
                if (!TAG_PREFIX.matcher(path).matches()) {
                    all.add(new NotCarried(
                            Reason.PATH_WITHOUT_TAGS,
                            role.role(),
                            "",
                            "may list names that begin with " + Quoted.quote(path) + ", as no tag does"));
                }
            }
        }
        return all;
    }

    /** {@return what is not carried over if the statements become signatures} */
    public List<NotCarried> notCarriedAsSignatures() {
        List<NotCarried> all = new ArrayList<>(notCarried);
        for (NotaryDelegation role : roles) {
            if (role.keys().threshold() > 1) {
                all.add(new NotCarried(
                        Reason.THRESHOLD,
                        role.role(),
                        "",
                        "needs " + role.keys().threshold()
                                + " keys: sign by as many, and demand atLeast in the policy"));
            }
        }
        for (MigratedTarget target : carried) {
            if (!target.custom().isEmpty()) {
                all.add(new NotCarried(
                        Reason.CUSTOM_DATA, target.role(), target.tag(), "has custom data: " + target.custom()));
            }
        }
        if (!carried.isEmpty()) {
            all.add(new NotCarried(
                    Reason.EXPIRY,
                    TARGETS,
                    "",
                    "the list expires at " + expires + ", signatures do not; a withdrawn tag stays signed"));
            all.add(new NotCarried(
                    Reason.TAG,
                    TARGETS,
                    "",
                    "a signature is about a digest: demand the annotation tag where the tag matters"));
        }
        return all;
    }

    /**
     * {@return the name that a role gets in a TUF repository: {@code targets} stays, others have the image's name
     * before them, because a repository may have many images}
     */
    public String tufRole(String role) {
        if (role.equals(TARGETS)) {
            return TARGETS;
        }
        return (image + '/' + role.substring(TARGETS.length() + 1))
                .replace('/', '.')
                .replace(':', '.');
    }

    /**
     * {@return a change that lists the statements as targets named {@code IMAGE:TAG}, in the roles that list them now}
     *
     * <p>A role that the repository does not have is delegated to, for the tags that it may list now. Nothing is
     * removed. {@link RepositoryChange#pending} gives the documents to sign, and fails if another role of the
     * repository lists one of the targets.
     *
     * @param repository a published repository
     * @param keys the keys of the delegated roles that are new to the repository, by the name of the role in the
     *     collection
     * @throws PublishException if the published metadata is malformed, or not signed by its keys
     * @throws IOException if the repository cannot be read
     * @throws IllegalArgumentException if there are no keys for a new role, or its name is too long for TUF
     */
    public RepositoryChange change(TufRepository repository, Map<String, KeySet> keys)
            throws PublishException, IOException {
        RepositoryStatus status = repository.status();
        RepositoryChange change = repository.change();
        for (NotaryDelegation role : roles) {
            String name = tufRole(role.role());
            if (status.roles().stream().noneMatch(published -> published.role().equals(name))) {
                change = change.withDelegation(tufRole(delegator(role.role())), delegation(role, keys));
            }
        }
        return change.withTargetsOfOneRole(carried.stream().map(this::target).toList());
    }

    private TeamDelegation delegation(NotaryDelegation role, Map<String, KeySet> keys) {
        KeySet own = keys.get(role.role());
        if (own == null) {
            throw new IllegalArgumentException("no keys for the role " + Quoted.printable(role.role())
                    + ", which the repository does not have as " + tufRole(role.role()));
        }
        List<String> paths = role.paths().stream()
                .filter(path -> TAG_PREFIX.matcher(path).matches())
                .map(path -> image + ":" + path + "*")
                .toList();
        return new TeamDelegation(tufRole(role.role()), own, paths, false);
    }

    /** {@return the nearest role above that is carried over too, or {@code targets}} */
    private String delegator(String role) {
        String above = role.substring(0, role.lastIndexOf('/'));
        while (!above.equals(TARGETS)) {
            String candidate = above;
            if (roles.stream().anyMatch(each -> each.role().equals(candidate))) {
                return above;
            }
            above = above.substring(0, above.lastIndexOf('/'));
        }
        return TARGETS;
    }

    private TargetInfo target(MigratedTarget target) {
        return new TargetInfo(
                image + ":" + target.tag(), target.size(), target.digests(), tufRole(target.role()), target.custom());
    }

    /**
     * {@return a signature for each tag, to be attached to its image}
     *
     * <p>The signed annotations are {@code tag} and {@code notary.role}. The signatures of one digest with several tags
     * are one artifact in the classic form, and several as bundles.
     *
     * @param signer signs by a new key
     * @throws SigningException if the key does not sign
     */
    public List<NewAttachment> signatures(ImageSigner signer) throws SigningException {
        List<NewAttachment> signatures = new ArrayList<>();
        Map<Digest, Integer> places = new HashMap<>();
        for (MigratedTarget target : carried) {
            NewAttachment signature =
                    signer.sign(image, target.digest(), Map.of("tag", target.tag(), "notary.role", target.role()));
            Integer place = places.putIfAbsent(target.digest(), signatures.size());
            if (place == null || signature.place() == Attachment.Place.REFERRERS) {
                signatures.add(signature);
            } else {
                signatures.set(place, joined(signatures.get(place), signature));
            }
        }
        return signatures;
    }

    private static NewAttachment joined(NewAttachment one, NewAttachment other) {
        List<NewBlob> blobs = new ArrayList<>(one.blobs());
        blobs.addAll(other.blobs());
        return new NewAttachment(one.place(), one.subject(), one.artifactType(), one.annotations(), blobs);
    }

    /** {@return the names, and how much is carried over} */
    @Override
    public String toString() {
        return gun + " as " + image + ": " + carried.size() + " tags are carried over, " + notCarried.size()
                + " statements are not";
    }
}
