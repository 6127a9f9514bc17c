/**
 * A small strict reader of tar streams: POSIX ustar and pax, GNU's long names and large numbers, and the old format.
 *
 * <p>Refuses archives on which tar readers disagree, because such an archive holds two sets of files.
 *
 * @see <a href="https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html">IEEE Std 1003.1, pax: ustar and
 *     pax Interchange Formats</a>
 */
@NullMarked
package dev.tallyclerk.registry.internal.tar;

import org.jspecify.annotations.NullMarked;
