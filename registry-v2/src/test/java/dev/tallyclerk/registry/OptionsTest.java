package dev.tallyclerk.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.tallyclerk.http.RetryPolicy;
import dev.tallyclerk.registry.attachment.AttachmentLimits;
import dev.tallyclerk.registry.client.RegistryLimits;
import dev.tallyclerk.registry.client.UploadPolicy;
import dev.tallyclerk.registry.filesystem.ExtractionOptions;
import dev.tallyclerk.registry.filesystem.MergeOptions;
import dev.tallyclerk.registry.layer.LayerLimits;
import dev.tallyclerk.registry.layer.LayerVerifier;
import dev.tallyclerk.registry.layout.LayoutLimits;
import dev.tallyclerk.registry.model.DocumentLimits;
import dev.tallyclerk.testing.OptionSetters;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class OptionsTest {
    private static final LayerLimits OTHER_LAYERS = LayerLimits.defaults().withMaxDepth(3);

    @Test
    void everySetterChangesItsOptionOnly() {
        for (Record options : new Record[] {
            RegistryLimits.defaults(),
            RetryPolicy.defaults(),
            UploadPolicy.defaults(),
            LayerLimits.defaults(),
            LayoutLimits.defaults(),
            DocumentLimits.defaults(),
            AttachmentLimits.defaults(),
            MergeOptions.defaults(),
            ExtractionOptions.defaults()
        }) {
            Set<String> unchanged = OptionSetters.checkAllOf(
                    options,
                    OTHER_LAYERS,
                    LayerVerifier.create().withLimits(OTHER_LAYERS),
                    DocumentLimits.defaults().withMaxDepth(3),
                    MergeOptions.defaults().withMaxEntries(3));
            assertEquals(Set.of(), unchanged, options.toString());
        }
    }

    @Test
    void namesTheLimitThatIsTooLow() {
        Map<String, Executable> tooLow = Map.of(
                "maxAttachments", () -> AttachmentLimits.defaults().withMaxAttachments(0),
                "maxAllBytes", () -> AttachmentLimits.defaults().withMaxAllBytes(0),
                "maxDepth", () -> LayerLimits.defaults().withMaxDepth(0),
                "maxNameBytes", () -> LayerLimits.defaults().withMaxNameBytes(-1),
                "maxLinks", () -> LayoutLimits.defaults().withMaxLinks(0),
                "ratioFreeBytes", () -> LayoutLimits.defaults().withRatioFreeBytes(0),
                "maxContentBytes", () -> MergeOptions.defaults().withMaxContentBytes(0),
                "maxAllManifestBytes", () -> DocumentLimits.defaults().withMaxAllManifestBytes(0));
        tooLow.forEach((name, change) -> {
            var e = assertThrows(IllegalArgumentException.class, change);
            assertTrue(String.valueOf(e.getMessage()).startsWith(name + " is below 1: "), e::toString);
        });
    }

    @Test
    void theLimitsOfLayersAreThoseOfTheirVerifier() {
        MergeOptions options = MergeOptions.defaults().withLayerLimits(OTHER_LAYERS);
        assertEquals(OTHER_LAYERS, options.layerLimits());
        assertEquals(OTHER_LAYERS, options.layerVerifier().limits());
    }
}
