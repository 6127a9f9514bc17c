package dev.tallyclerk.verify;

import dev.tallyclerk.digest.HashEngine;
import java.security.MessageDigest;
import java.security.ProviderException;
import java.util.Optional;

/** A hash that throws: while it takes bytes, or only at the end. */
final class BrokenHash extends MessageDigest {
    private final boolean atTheEnd;

    private BrokenHash(boolean atTheEnd) {
        super("broken");
        this.atTheEnd = atTheEnd;
    }

    static HashEngine whileItTakesBytes() {
        return algorithm -> Optional.of(new BrokenHash(false));
    }

    static HashEngine atTheEnd() {
        return algorithm -> Optional.of(new BrokenHash(true));
    }

    @Override
    protected void engineUpdate(byte input) {
        throw new ProviderException("takes no single bytes");
    }

    @Override
    protected void engineUpdate(byte[] input, int offset, int length) {
        if (!atTheEnd) {
            throw new ProviderException("takes no bytes");
        }
    }

    @Override
    protected byte[] engineDigest() {
        throw new ProviderException("has no end");
    }

    @Override
    protected void engineReset() {}
}
