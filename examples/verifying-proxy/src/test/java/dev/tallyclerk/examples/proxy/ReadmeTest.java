package dev.tallyclerk.examples.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says, done. */
class ReadmeTest {
    static final Path HERE = Path.of("verifying-proxy");

    @TempDir
    Path folder;

    private static String readme() throws IOException {
        return Files.readString(HERE.resolve("README.md"));
    }

    static String block(String language) throws IOException {
        Matcher block = Pattern.compile("(?s)```" + language + "\n(.*?)```").matcher(readme());
        assertTrue(block.find(), language);
        return block.group(1);
    }

    @Test
    void theConfigurationOfTheReadmeIsOne() throws Exception {
        for (String file : List.of("server.pem", "server.key", "secret", "ca.pem")) {
            Files.createFile(folder.resolve(file));
        }
        Files.createFile(folder.resolve("config.json"));
        String text = block("yaml").replace("/root/.docker/config.json", "config.json");
        ProxyConfig config = ProxyConfig.read(Files.writeString(folder.resolve("proxy.yml"), text));
        assertEquals(3, config.upstreams().size());
        assertEquals(2, config.policies().size());
    }
}
