package dev.tallyclerk.internal.secret;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Any file is searched without a failure. */
class SecretEngineFuzzTest {
    @FuzzTest
    void search(byte[] data) {
        SecretStream stream = SecretEngine.builtIn().startFiles();
        List<FoundSecret> found = new ArrayList<>();
        for (String path : List.of("srv/x", "root/.npmrc", "root/.docker/config.json", "root/.kube/config")) {
            stream.start(path, found::add);
            stream.update(data, 0, Math.min(data.length, SecretStream.MAX_CHUNK));
            stream.finish();
        }
        found.forEach(secret -> assertTrue(secret.start() <= secret.end()));
        String text = new String(data, StandardCharsets.ISO_8859_1);
        assertFalse(SecretText.redact(text).isEmpty() && !text.isEmpty());
        SecretText.find(text).forEach(secret -> assertFalse(secret.name().isEmpty()));
    }
}
