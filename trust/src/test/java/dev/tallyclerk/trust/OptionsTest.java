package dev.tallyclerk.trust;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.testing.OptionSetters;
import dev.tallyclerk.trust.attestation.AttestationLimits;
import dev.tallyclerk.trust.cosign.CosignLimits;
import dev.tallyclerk.trust.notation.NotationLimits;
import dev.tallyclerk.trust.tuf.metadata.TufLimits;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class OptionsTest {
    @Test
    void everySetterChangesItsOptionOnly() {
        assertEquals(Set.of(), OptionSetters.checkAllOf(TufLimits.defaults()));
        assertEquals(Set.of(), OptionSetters.checkAllOf(NotationLimits.defaults()));
        AttestationLimits attestations = AttestationLimits.defaults();
        assertEquals(Set.of(), OptionSetters.checkAllOf(attestations));
        assertEquals(Set.of(), OptionSetters.checkAllOf(CosignLimits.defaults(), attestations.withMaxEntries(5)));
    }

    @Test
    void oneIsTheLeastOfEveryLimitOnSignatures() {
        assertRefused(
                new AttestationLimits(1, 1, 1, 1, 1),
                limits -> limits.withMaxDocumentBytes(0),
                limits -> limits.withMaxValues(0),
                limits -> limits.withMaxSignatures(0),
                limits -> limits.withMaxSubjects(0),
                limits -> limits.withMaxEntries(0));
        assertRefused(
                new CosignLimits(1, 1, AttestationLimits.defaults()),
                limits -> limits.withMaxLayers(0),
                limits -> limits.withMaxPayloadBytes(0));
        assertRefused(
                new NotationLimits(1, 1), limits -> limits.withSignatures(0), limits -> limits.withEnvelopeBytes(0));
    }

    @SafeVarargs
    private static <L> void assertRefused(L least, UnaryOperator<L>... changes) {
        for (UnaryOperator<L> change : changes) {
            assertThrows(IllegalArgumentException.class, () -> change.apply(least));
        }
    }
}
