package dev.tallyclerk.registry.client;

import java.io.IOException;
import java.time.Duration;

/**
 * Hears what registries say beside their answers. It is told no secrets. Called by the thread that makes the call, so
 * an implementation is quick about it; safe for use by several threads if the client is used by several. An unchecked
 * exception from one ends the call that it hears of.
 */
public interface RegistryListener {
    /** {@return a listener that does nothing} */
    static RegistryListener silent() {
        return new RegistryListener() {};
    }

    /**
     * A registry warns (distribution-spec v1.1.1, Warnings), once for each different text of an answer.
     *
     * @param registry host and port
     * @param text what a person should read, with control characters replaced
     */
    default void warned(String registry, String text) {}

    /**
     * A registry says how many more requests it will answer.
     *
     * @param registry host and port
     * @param limit how many there may be in a period, or -1 if it does not say
     * @param remaining how many are left, or -1 if it does not say
     */
    default void rateLimited(String registry, long limit, long remaining) {}

    /**
     * A registry says that it has packed a body, though it was asked not to (RFC 9110, section 8.4). What it gives is
     * taken as it is: some say so of a layer that is packed itself. If the content is not the promised one, this may be
     * why.
     *
     * @param registry host and port
     * @param encoding the name of the packing, such as {@code gzip}, with control characters replaced
     */
    default void encoded(String registry, String encoding) {}

    /**
     * Something that a registry has, or lists, is passed over because it is not what it should be in that place, such
     * as a list of referrers that is none.
     *
     * @param registry host and port
     * @param what what is passed over and why, for a person to read, with control characters replaced
     */
    default void ignored(String registry, String what) {}

    /**
     * A call failed and is repeated.
     *
     * @param registry host and port of the registry that the call is for
     * @param attempt which attempt failed, from 1
     * @param wait how long it waits now
     * @param reason why it failed
     */
    default void retrying(String registry, int attempt, Duration wait, RegistryException.Reason reason) {}

    /**
     * Somebody who was asked before the registry failed, and the next one is asked.
     *
     * @param registry the registry's name as it stands in references
     * @param place host and port of the mirror, or of a foreign address
     * @param failure why
     */
    default void passedOver(String registry, String place, IOException failure) {}
}
