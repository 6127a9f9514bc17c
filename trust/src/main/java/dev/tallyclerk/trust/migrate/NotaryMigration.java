package dev.tallyclerk.trust.migrate;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.evidence.ImageCandidate;
import dev.tallyclerk.evidence.TargetArtifact;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.migrate.NotCarried.Reason;
import dev.tallyclerk.trust.notary.NotaryCollection;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Makes the plan of moving a verified Notary v1 collection.
 *
 * <pre>{@code
 * MigrationPlan plan = NotaryMigration.of(client.update()).plan(SourceCandidate.of(client.image(name), limits));
 * PendingMetadata pending = plan.change(repository, Map.of("targets/releases", releaseKeys)).pending();
 * }</pre>
 *
 * <p>A tag is carried over as its clients see it today: with the digest of the first role that counts. What only other
 * roles list, nobody accepts today, and no new client shall. Immutable.
 */
public final class NotaryMigration {
    private final NotaryCollection collection;
    private final List<String> roles;
    private final Reference image;

    private NotaryMigration(NotaryCollection collection, List<String> roles, Reference image) {
        this.collection = collection;
        this.roles = roles;
        this.image = image;
    }

    /**
     * {@return a migration of what {@code docker pull} accepts: the tags in {@code targets/releases} and
     * {@code targets}, for images with the collection's name}
     *
     * @param collection the result of an update
     * @throws IllegalArgumentException if the collection's name is not that of a repository of images; see
     *     {@link #of(NotaryCollection, String)}
     */
    public static NotaryMigration of(NotaryCollection collection) {
        return of(collection, collection.gun());
    }

    /**
     * {@return a migration for images with another name than the collection's}
     *
     * @param image the whole name of the repository, such as {@code registry.example.org/team/app}
     * @throws IllegalArgumentException if it is not the whole name of a repository
     */
    public static NotaryMigration of(NotaryCollection collection, String image) {
        Reference parsed = Reference.parseNormalized(image);
        if (!parsed.name().equals(image)) {
            throw new IllegalArgumentException("not the whole name of a repository: " + Quoted.quote(image));
        }
        return new NotaryMigration(collection, NotaryCollection.RELEASING_ROLES, parsed);
    }

    /**
     * {@return this migration with other roles that count}
     *
     * @param roles the full names, in the order of their precedence, as for {@link NotaryCollection#target(String,
     *     List)}
     * @throws IllegalArgumentException if there is none, or the collection has no such role
     */
    public NotaryMigration withRoles(List<String> roles) {
        if (roles.isEmpty()) {
            throw new IllegalArgumentException("give at least one role");
        }
        for (String role : roles) {
            if (collection.expires(role).isEmpty()
                    || collection.roles().stream().noneMatch(each -> each.role().equals(role))) {
                throw new IllegalArgumentException(
                        "the collection " + collection.gun() + " has no role " + Quoted.quote(role));
            }
        }
        return new NotaryMigration(collection, List.copyOf(roles), image);
    }

    /** {@return the plan, without a look at a registry} */
    public MigrationPlan plan() {
        Work work = new Work();
        work.sort();
        return work.plan();
    }

    /**
     * {@return the plan without the tags whose digest the registry does not have, or with another size}
     *
     * <p>Reads one manifest for each different digest.
     *
     * @param images the repository, such as {@code SourceCandidate.of(client.image(name), limits)}
     * @throws IOException if it cannot be read
     */
    public MigrationPlan plan(ImageCandidate images) throws IOException {
        Work work = new Work();
        work.sort();
        work.compare(Objects.requireNonNull(images, "images"));
        return work.plan();
    }

    /** One plan in the making. */
    private final class Work {
        private List<MigratedTarget> carried = new ArrayList<>();
        private final List<NotCarried> left = new ArrayList<>();

        /** What each role lists, by name and then by role, in the order of the roles. */
        private final Map<String, List<TargetInfo>> listed = new TreeMap<>();

        void sort() {
            for (NotaryDelegation role : collection.roles()) {
                for (TargetInfo target : collection.targetsOf(role.role())) {
                    listed.computeIfAbsent(target.path(), name -> new ArrayList<>())
                            .add(target);
                }
            }
            listed.forEach(this::sort);
            Map<String, Integer> sameByRole = new TreeMap<>();
            carried.forEach(target -> target.alsoListedBy().stream()
                    .filter(role -> !roles.contains(role))
                    .forEach(role -> sameByRole.merge(role, 1, Integer::sum)));
            sameByRole.forEach((role, tags) -> left.add(new NotCarried(
                    Reason.ROLE_NOT_CARRIED,
                    role,
                    "",
                    "lists " + tags + " of the tags with the same digest; give its keys a role of their own if that"
                            + " matters")));
            for (NotaryNotice notice : collection.notices()) {
                if (notice.kind() == NotaryNotice.Kind.ROLE_SKIPPED
                        || notice.kind() == NotaryNotice.Kind.ROLE_NOT_PUBLISHED) {
                    left.add(new NotCarried(Reason.ROLE_SKIPPED, notice.role(), "", notice.detail()));
                }
            }
        }

        private void sort(String name, List<TargetInfo> statements) {
            Optional<TargetInfo> counting = collection.target(name, roles);
            if (counting.isEmpty()) {
                for (TargetInfo other : statements) {
                    leave(
                            Reason.NOT_RELEASED,
                            other,
                            "is listed by " + other.role() + " and not by " + String.join(" or ", roles));
                }
                return;
            }
            TargetInfo target = counting.get();
            if (!isTag(name)) {
                leave(Reason.NOT_A_TAG, target, "is no tag of an image");
                return;
            }
            if (target.digests().isEmpty()) {
                leave(Reason.NO_HASH, target, "is listed without a hash that is known here");
                return;
            }
            List<String> same = new ArrayList<>();
            for (TargetInfo other : statements) {
                if (other.role().equals(target.role())) {
                    continue;
                }
                if (other.length() == target.length() && other.digests().equals(target.digests())) {
                    same.add(other.role());
                } else {
                    leave(
                            Reason.OTHER_DIGEST,
                            other,
                            "is another image in " + other.role() + ", and " + target.role() + " counts");
                }
            }
            carried.add(
                    new MigratedTarget(name, target.digests(), target.length(), target.role(), same, target.custom()));
        }

        private void leave(Reason reason, TargetInfo target, String detail) {
            left.add(new NotCarried(reason, target.role(), target.path(), detail));
        }

        private boolean isTag(String name) {
            try {
                return Reference.parse(image.name() + ":" + name)
                        .tag()
                        .filter(name::equals)
                        .isPresent();
            } catch (MalformedReferenceException e) {
                return false;
            }
        }

        void compare(ImageCandidate images) throws IOException {
            Map<Digest, Optional<TargetArtifact>> found = new HashMap<>();
            List<MigratedTarget> there = new ArrayList<>();
            for (MigratedTarget target : carried) {
                Optional<TargetArtifact> manifest = found.get(target.digest());
                if (manifest == null) {
                    manifest = images.manifest(target.digest());
                    found.put(target.digest(), manifest);
                }
                if (manifest.isEmpty()) {
                    left.add(new NotCarried(
                            Reason.NOT_IN_REGISTRY,
                            target.role(),
                            target.tag(),
                            "has the digest " + target.digest() + ", which the registry does not have"));
                } else if (manifest.get().size() != target.size()) {
                    left.add(new NotCarried(
                            Reason.OTHER_SIZE,
                            target.role(),
                            target.tag(),
                            "is listed with " + target.size() + " bytes, and the manifest has "
                                    + manifest.get().size()));
                } else {
                    there.add(target);
                }
            }
            carried = there;
        }

        MigrationPlan plan() {
            return MigrationPlan.of(collection, image.name(), roles, carried, left);
        }
    }
}
