package dev.tallyclerk.registry.sbom;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.tallyclerk.registry.inventory.Evidence;
import dev.tallyclerk.registry.inventory.InstalledPackage;

class SbomFuzzTest {
    private static final SbomLimits LIMITS = new SbomLimits(1 << 16, 1 << 20);

    /** What is read is a claim, and is the same when it is written and read again. */
    @FuzzTest
    void read(byte[] data) throws SbomException {
        Sbom sbom;
        try {
            sbom = SbomReader.create().withLimits(LIMITS).read(data);
        } catch (SbomException e) {
            assertTrue(String.valueOf(e.getMessage()).length() < 2000);
            return;
        }
        for (InstalledPackage each : sbom.inventory().packages()) {
            assertEquals(Evidence.CLAIM, each.evidence());
        }
        for (SbomFormat format : SbomFormat.values()) {
            Sbom again = SbomReader.create().read(TestInventory.written(format, sbom.inventory()));
            assertEquals(
                    sbom.inventory().packages().size(),
                    again.inventory().packages().size());
        }
    }
}
