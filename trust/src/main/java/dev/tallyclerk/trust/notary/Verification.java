package dev.tallyclerk.trust.notary;

import dev.tallyclerk.trust.internal.engine.Signatures;
import dev.tallyclerk.trust.notary.internal.NotaryFile;
import dev.tallyclerk.trust.notary.internal.RootFile;
import dev.tallyclerk.trust.notary.internal.TargetsFile;
import dev.tallyclerk.trust.notary.metadata.NotaryException;
import dev.tallyclerk.trust.notary.metadata.NotaryLimits;

/**
 * How the files of a collection are read.
 *
 * @param limits what a file may cost
 * @param signatures verifies what the declared keys have signed
 */
record Verification(NotaryLimits limits, Signatures signatures) {
    Verification withLimits(NotaryLimits changed) {
        return new Verification(changed, signatures);
    }

    Verification withSignatures(Signatures changed) {
        return new Verification(limits, changed);
    }

    /** {@return a root, with nothing in it trusted} */
    RootFile root(byte[] bytes) throws NotaryException {
        return RootFile.parse(bytes, limits.rootBytes(), signatures);
    }

    /** {@return the file of a targets role} */
    TargetsFile targets(NotaryFile file) throws NotaryException {
        return TargetsFile.of(file, signatures);
    }
}
