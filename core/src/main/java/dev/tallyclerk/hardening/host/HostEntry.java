package dev.tallyclerk.hardening.host;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * What is at a path of a host: its type, mode and owner.
 *
 * <p>A part that is not known is empty, and rules that need it are unknown.
 *
 * @param type the type
 * @param mode the permission bits with set-user-id, set-group-id and sticky bit, from 0 to {@code 07777}
 * @param uid the number of the owner, from 0
 * @param gid the number of the group, from 0
 * @param user the name of the owner, if the source knows it
 * @param group the name of the group, if the source knows it
 * @param target the target of a symbolic link, as it is stored; empty for other types
 */
public record HostEntry(
        Type type,
        OptionalInt mode,
        OptionalLong uid,
        OptionalLong gid,
        Optional<String> user,
        Optional<String> group,
        Optional<String> target) {
    private static final int ALL_BITS = 0b111_111_111_111;

    /**
     * Checks the entry.
     *
     * @throws IllegalArgumentException if a number is out of range, or only a part of a symbolic link is given
     */
    public HostEntry {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(group, "group");
        if (mode.isPresent() && (mode.getAsInt() & ~ALL_BITS) != 0) {
            throw new IllegalArgumentException("not permission bits: " + mode.getAsInt());
        }
        if (uid.orElse(0) < 0 || gid.orElse(0) < 0) {
            throw new IllegalArgumentException("a number of a user or group is negative");
        }
        if (target.isPresent() != (type == Type.LINK)) {
            throw new IllegalArgumentException("a target belongs to a symbolic link, and the type is " + type);
        }
    }

    /** The type of a file. Types may be added. */
    public enum Type {
        /** A regular file. */
        FILE,
        /** A folder. */
        FOLDER,
        /** A symbolic link. */
        LINK,
        /** A UNIX socket. */
        SOCKET,
        /** A device, a pipe, or what the source cannot tell. */
        OTHER
    }

    /**
     * {@return an entry of which only the type is known}
     *
     * @param type the type, not {@link Type#LINK}
     */
    public static HostEntry of(Type type) {
        return new HostEntry(
                type,
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * {@return an entry of known mode and owner}
     *
     * @param type the type, not {@link Type#LINK}
     * @param mode the permission bits, from 0 to {@code 07777}
     * @param uid the number of the owner, from 0
     * @param gid the number of the group, from 0
     */
    public static HostEntry of(Type type, int mode, long uid, long gid) {
        return new HostEntry(
                type,
                OptionalInt.of(mode),
                OptionalLong.of(uid),
                OptionalLong.of(gid),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * {@return a symbolic link}
     *
     * @param target the target, as it is stored
     */
    public static HostEntry link(String target) {
        return new HostEntry(
                Type.LINK,
                OptionalInt.empty(),
                OptionalLong.empty(),
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(target));
    }

    /** {@return whether it is a symbolic link to {@code /dev/null}, which switches a unit or drop-in off} */
    boolean isMask() {
        return target.filter("/dev/null"::equals).isPresent();
    }
}
