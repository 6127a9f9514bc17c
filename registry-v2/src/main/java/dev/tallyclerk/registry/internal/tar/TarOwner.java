package dev.tallyclerk.registry.internal.tar;

import org.jspecify.annotations.Nullable;

/**
 * Who owns an entry; the names are empty where the archive has none.
 *
 * @param userId the user's number, as the archive says; {@link TarReader} gives none that no system has
 * @param groupId the group's number, likewise
 */
public record TarOwner(long userId, long groupId, String userName, String groupName) {
    private static final int OBJECT_BYTES = 40;

    /** {@return about how much memory this needs, in bytes} */
    public long memoryBytes() {
        return OBJECT_BYTES + TarText.memoryBytes(userName) + TarText.memoryBytes(groupName);
    }

    /** The runtime would make the methods when they are first called, which is dear in a new process. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TarOwner that
                && userId == that.userId
                && groupId == that.groupId
                && userName.equals(that.userName)
                && groupName.equals(that.groupName);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Long.hashCode(userId) + Long.hashCode(groupId)) + userName.hashCode() + groupName.hashCode();
    }
}
