package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.notary.internal.NotaryKey;
import dev.tallyclerk.trust.notary.internal.RoleSigners;
import dev.tallyclerk.trust.notary.internal.Roles;
import dev.tallyclerk.trust.notary.internal.RootFile;
import dev.tallyclerk.trust.notary.internal.TargetsFile;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The verified metadata of a Notary v1 collection: which targets its roles list. Immutable. */
public final class NotaryCollection {
    private final String gun;
    private final boolean fresh;
    private final Instant expires;
    private final RootFile root;
    private final Map<String, Long> versions;
    private final Map<String, Loaded> roles;
    private final List<NotaryNotice> notices;

    NotaryCollection(
            String gun,
            boolean fresh,
            Instant expires,
            RootFile root,
            Map<String, Long> versions,
            List<Loaded> roles,
            List<NotaryNotice> notices) {
        this.gun = gun;
        this.fresh = fresh;
        this.expires = expires;
        this.root = root;
        this.versions = Map.copyOf(versions);
        this.roles = new LinkedHashMap<>();
        roles.forEach(loaded -> this.roles.put(loaded.role().role(), loaded));
        this.notices = List.copyOf(notices);
    }

    /** A targets role, with the paths that it may list, and its verified file. */
    record Loaded(NotaryDelegation role, TargetsFile file) {
        /** {@return the role {@code targets}, which may list every name} */
        static Loaded top(RoleSigners signers, TargetsFile file) {
            return new Loaded(new NotaryDelegation(Roles.TARGETS, signers.role(), List.of("")), file);
        }

        /** {@return the delegated roles, without the paths that this one may not list} */
        List<NotaryDelegation> children() {
            return file.children().stream()
                    .map(child -> role.restrict(child.role()))
                    .toList();
        }
    }

    /** {@return the collection's name, for images the name without tag: {@code docker.io/library/debian}} */
    public String gun() {
        return gun;
    }

    /**
     * {@return whether the server has confirmed the metadata in this update}
     *
     * <p>If not, it is what the store had, and newer metadata may exist.
     */
    public boolean isFresh() {
        return fresh;
    }

    /**
     * {@return when the first of the files expires} In the past if the update allowed that. Delegated roles do not
     * count: one that has expired is skipped.
     */
    public Instant expires() {
        return expires;
    }

    /** {@return what is worth knowing, such as a role that was skipped} */
    public List<NotaryNotice> notices() {
        return notices;
    }

    /** {@return the ids of the certificates of the root, by which a {@link NotaryRootTrust} can pin it} */
    public List<String> rootKeyIds() {
        return root.signersOf(Roles.ROOT).keys().stream().map(NotaryKey::id).toList();
    }

    /** {@return the version of a role's file; empty for a role that does not exist or was skipped} */
    public OptionalLong version(String role) {
        Long version = versions.get(role);
        return version == null ? OptionalLong.empty() : OptionalLong.of(version);
    }

    /** {@return the roles that list targets: {@code targets}, then the delegated ones breadth first} */
    public List<NotaryDelegation> roles() {
        return roles.values().stream().map(Loaded::role).toList();
    }

    /**
     * {@return all targets by name, as {@code notary list} shows them}
     *
     * <p>If several roles list a name, the first counts: {@code targets}, then delegated roles breadth first, in the
     * order in which they are delegated to. What a role may not list does not count.
     */
    public List<TargetInfo> targets() {
        Map<String, TargetInfo> found = new TreeMap<>();
        for (Loaded loaded : roles.values()) {
            loaded.file().targets().forEach((name, target) -> {
                if (!found.containsKey(name) && loaded.role().allows(name)) {
                    found.put(name, target);
                }
            });
        }
        return found.values().stream()
                .sorted(Comparator.comparing(TargetInfo::path))
                .toList();
    }

    /** {@return the target of that name, by the order of {@link #targets}} */
    public Optional<TargetInfo> target(String name) {
        return search(name, Roles.TARGETS, role -> false);
    }

    /**
     * {@return the target that {@code docker pull} and {@code docker trust} use for a tag}
     *
     * <p>The role {@code targets/releases} and those below it count first, then {@code targets}. A tag that is found in
     * any other role, such as one of a single signer, is not released.
     *
     * @param tag the tag
     */
    public Optional<TargetInfo> releasedTarget(String tag) {
        Set<String> released = Set.of(Roles.RELEASES, Roles.TARGETS);
        return search(tag, Roles.RELEASES, Roles.TARGETS::equals)
                .or(() -> search(tag, Roles.TARGETS, Roles.RELEASES::equals))
                .filter(target -> released.contains(target.role()));
    }

    /** {@return the target as the first role lists it, in or below {@code start} and not in or below one to skip} */
    private Optional<TargetInfo> search(String name, String start, Predicate<String> skip) {
        Queue<NotaryDelegation> waiting = new ArrayDeque<>();
        Loaded top = roles.get(Roles.TARGETS);
        if (top != null) {
            waiting.add(top.role());
        }
        while (!waiting.isEmpty()) {
            NotaryDelegation role = waiting.remove();
            Loaded loaded = roles.get(role.role());
            if (loaded == null) {
                continue;
            }
            boolean above = start.startsWith(role.role() + '/');
            boolean inside = role.role().equals(start) || role.role().startsWith(start + '/');
            if (!above && (!inside || skip.test(role.role()) || !role.allows(name))) {
                continue;
            }
            if (!above) {
                TargetInfo target = loaded.file().targets().get(name);
                if (target != null) {
                    return Optional.of(target);
                }
            }
            waiting.addAll(loaded.children());
        }
        return Optional.empty();
    }

    /** {@return the name, the number of targets and until when it is valid} */
    @Override
    public String toString() {
        return gun + ", " + targets().size() + " targets, " + (fresh ? "" : "not known to be current, ") + "expires "
                + expires;
    }
}
