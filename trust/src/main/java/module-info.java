import org.jspecify.annotations.NullMarked;

/**
 * TUF metadata verification: which digest a repository's signers vouch for.
 *
 * <p>Start at {@link dev.tallyclerk.trust.tuf.TufClient}.
 */
@NullMarked
module dev.tallyclerk.trust {
    requires transitive dev.tallyclerk.core;
    requires static transitive org.jspecify;

    exports dev.tallyclerk.trust.image;
    exports dev.tallyclerk.trust.key;
    exports dev.tallyclerk.trust.store;
    exports dev.tallyclerk.trust.tuf;
}
