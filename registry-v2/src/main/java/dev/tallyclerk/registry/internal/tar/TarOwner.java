package dev.tallyclerk.registry.internal.tar;

/**
 * Who owns an entry; the names are empty where the archive has none.
 *
 * @param userId the user's number, as the archive says, which may be more than 32 bits or negative
 * @param groupId the group's number, likewise
 */
public record TarOwner(long userId, long groupId, String userName, String groupName) {
    private static final int OBJECT_BYTES = 40;

    /** {@return about how much memory this needs, in bytes} */
    public long memoryBytes() {
        return OBJECT_BYTES + TarText.memoryBytes(userName) + TarText.memoryBytes(groupName);
    }
}
