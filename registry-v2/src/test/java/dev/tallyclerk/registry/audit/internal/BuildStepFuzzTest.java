package dev.tallyclerk.registry.audit.internal;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Whatever a builder recorded is a step that can be asked what it did. */
class BuildStepFuzzTest {
    @FuzzTest
    void parse(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        BuildStep step = BuildStepParser.parse(3, 2, text, List.of("own -c"));
        assertEquals(3, step.index());
        assertEquals(2, step.layer());
        assertTrue(text.contains(step.text()));
        assertTrue(step.isOpaque() || !step.text().isEmpty());
        assertTrue(step.sources().size() <= step.words().size());
        assertTrue(step.destination().isEmpty() || step.words().contains(step.destination()));
        assertEquals(step.script().everyCommand(), step.commands());
        assertEquals(step, BuildStepParser.parse(3, 2, text, List.of("own -c")));
    }
}
