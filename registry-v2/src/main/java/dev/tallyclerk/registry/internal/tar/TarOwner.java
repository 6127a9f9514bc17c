package dev.tallyclerk.registry.internal.tar;

import org.jspecify.annotations.Nullable;

/**
 * The owner of an entry; the names are empty if the archive has none.
 *
 * @param userId the user ID in the archive; {@link TarReader} refuses invalid ones
 * @param groupId the group ID, likewise
 */
public record TarOwner(long userId, long groupId, String userName, String groupName) {
    private static final int OBJECT_BYTES = 40;

    /** {@return the approximate memory use, in bytes} */
    public long memoryBytes() {
        return OBJECT_BYTES + TarText.memoryBytes(userName) + TarText.memoryBytes(groupName);
    }

    /** Written out: the runtime would generate the methods on first use, which costs startup time. */
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
