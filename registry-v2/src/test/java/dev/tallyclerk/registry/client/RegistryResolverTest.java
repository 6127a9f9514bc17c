package dev.tallyclerk.registry.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.reference.DigestResolutionException;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.reference.ResolvedDigest;
import dev.tallyclerk.registry.model.Descriptor;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegistryResolverTest {
    private final MemoryRegistry registry = new MemoryRegistry();
    private final Descriptor image = registry.repository("a").image("1", "layer");
    private final DigestResolver resolver = registry.client().digestResolver();

    private DigestResolutionException.Reason refusal(String name) {
        return assertThrows(DigestResolutionException.class, () -> resolver.resolve(Reference.parse(name)))
                .reason();
    }

    @Test
    void givesTheDigestOfWhatATagStandsFor() throws IOException {
        ResolvedDigest resolved = resolver.resolve(Reference.parse("registry.example.org/a:1"));
        assertEquals(image.digest(), resolved.digest());
        assertEquals("the registry registry.example.org", resolved.voucher());
    }

    @Test
    void asksNobodyAboutADigest() throws IOException {
        Reference pinned = Reference.parse("registry.example.org/a:1@" + image.digest());
        assertEquals(image.digest(), resolver.resolve(pinned).digest());
        assertEquals(List.of(), registry.log());
    }

    @Test
    void saysWhyThereIsNone() {
        assertEquals(DigestResolutionException.Reason.NOT_FOUND, refusal("registry.example.org/a:2"));
        registry.intercept(request -> MemoryRegistry.error(500, "NO"));
        assertEquals(DigestResolutionException.Reason.UNAVAILABLE, refusal("registry.example.org/a:1"));
        registry.intercept(request -> MemoryRegistry.answer(
                200, Map.of("Docker-Content-Digest", image.digest().toString()), new byte[] {1}));
        assertEquals(DigestResolutionException.Reason.NOT_TRUSTED, refusal("registry.example.org/a:1"));
    }
}
