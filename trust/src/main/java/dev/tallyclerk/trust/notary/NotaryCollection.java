package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.notary.internal.NotaryFile;
import dev.tallyclerk.trust.notary.internal.NotaryKey;
import dev.tallyclerk.trust.notary.internal.RoleSigners;
import dev.tallyclerk.trust.notary.internal.Roles;
import dev.tallyclerk.trust.notary.internal.RootFile;
import dev.tallyclerk.trust.notary.internal.TargetsFile;
import dev.tallyclerk.trust.notary.metadata.NotaryDelegation;
import dev.tallyclerk.trust.notary.metadata.NotaryNotice;
import dev.tallyclerk.trust.notary.metadata.NotaryRole;
import dev.tallyclerk.trust.tuf.metadata.TargetInfo;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The verified metadata of a Notary v1 collection: which targets its roles list. Immutable. */
public final class NotaryCollection {
    /** The roles by which {@code docker pull} and {@code docker trust} go, in their order. */
    public static final List<String> RELEASING_ROLES = List.of(Roles.RELEASES, Roles.TARGETS);

    private final String gun;
    private final boolean fresh;
    private final Instant expires;
    private final RootFile root;
    private final Map<String, NotaryFile> files;
    private final Map<String, Loaded> roles;
    private final List<NotaryNotice> notices;

    /** The files of skipped roles, without which a copy would not be whole. Not trusted. */
    private final List<NotaryFile> skipped;

    NotaryCollection(
            String gun,
            boolean fresh,
            Instant expires,
            RootFile root,
            List<NotaryFile> others,
            List<Loaded> roles,
            List<NotaryNotice> notices,
            List<NotaryFile> skipped) {
        this.gun = gun;
        this.fresh = fresh;
        this.expires = expires;
        this.root = root;
        this.files = new LinkedHashMap<>();
        this.roles = new LinkedHashMap<>();
        files.put(Roles.ROOT, root.file());
        others.forEach(file -> files.put(file.role(), file));
        for (Loaded loaded : roles) {
            files.put(loaded.role().role(), loaded.file().file());
            this.roles.put(loaded.role().role(), loaded);
        }
        this.notices = List.copyOf(notices);
        this.skipped = List.copyOf(skipped);
    }

    /** A targets role, with the paths that it may list, those who sign for it, and its verified file. */
    record Loaded(NotaryDelegation role, RoleSigners signers, TargetsFile file) {
        /** {@return the role {@code targets}, which may list every name} */
        static Loaded top(RoleSigners signers, TargetsFile file) {
            return new Loaded(new NotaryDelegation(Roles.TARGETS, signers.role(), List.of("")), signers, file);
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
        NotaryFile file = files.get(role);
        return file == null ? OptionalLong.empty() : OptionalLong.of(file.version());
    }

    /** {@return when a role's file expires; empty for a role that does not exist or was skipped} */
    public Optional<Instant> expires(String role) {
        return Optional.ofNullable(files.get(role)).map(NotaryFile::expires);
    }

    /**
     * {@return the roles with their keys, and which of these have signed: {@code root}, {@code timestamp},
     * {@code snapshot}, then as {@link #roles}}
     *
     * <p>Verifies the signatures of every key again; an update stops at the threshold.
     */
    public List<NotaryRole> signedRoles() {
        List<NotaryRole> all = new ArrayList<>();
        files.forEach((role, file) -> {
            Loaded loaded = roles.get(role);
            all.add((loaded == null ? root.signersOf(role) : loaded.signers()).describe(file));
        });
        return all;
    }

    /**
     * {@return the files by the names that they have at a server, without those by hash; those of skipped roles too}
     */
    Map<String, byte[]> files() {
        Map<String, byte[]> all = new LinkedHashMap<>();
        files.forEach((role, file) -> all.put(role + ".json", file.bytes()));
        skipped.forEach(file -> all.put(file.role() + ".json", file.bytes()));
        return all;
    }

    /** {@return the root} */
    RootFile root() {
        return root;
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
        return target(tag, RELEASING_ROLES);
    }

    /**
     * {@return the target of that name that one of some roles lists}
     *
     * <p>As {@code GetTargetByName} of the original: each role and those below it are searched, in the order of the
     * list; a name that is found in a role which is not in the list is not there.
     *
     * @param name the target's name
     * @param from the roles, for example {@code targets/releases} and {@code targets}
     */
    public Optional<TargetInfo> target(String name, List<String> from) {
        for (String role : from) {
            Optional<TargetInfo> found = search(name, role, other -> !other.equals(role) && from.contains(other));
            if (found.isPresent()) {
                return found.filter(target -> from.contains(target.role()));
            }
        }
        return Optional.empty();
    }

    /**
     * {@return what a role itself lists and may list, sorted by name, whether or not another role counts first}
     *
     * @param role a role of {@link #roles}; others list nothing
     */
    public List<TargetInfo> targetsOf(String role) {
        Loaded loaded = roles.get(role);
        return loaded == null
                ? List.of()
                : loaded.file().targets().values().stream()
                        .filter(target -> loaded.role().allows(target.path()))
                        .sorted(Comparator.comparing(TargetInfo::path))
                        .toList();
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
