package dev.tallyclerk.hardening.dockerfile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.tallyclerk.hardening.MalformedSubjectException;
import dev.tallyclerk.hardening.source.Recognition;
import dev.tallyclerk.hardening.source.SourceContext;
import dev.tallyclerk.hardening.source.SourceDocument;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DockerfileKindTest {
    private static SourceDocument document(String name, String text) {
        return SourceDocument.of(name, text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "build|~FROM a\nRUN b\n~|CERTAIN",
                "build|~# c\n\nARG V=1 \\\n W=2\nfrom a:$V as b\n~|CERTAIN",
                "build|~# syntax=docker/dockerfile:1\nFROM a\n~|CERTAIN",
                "Dockerfile.dev|~RUN a\n~|CERTAIN",
                "x/Containerfile|~LABEL a=b\nFROM c\n~|CERTAIN",
                "model|~FROM llama\nPARAMETER temperature 1\n~|NONE",
                "code.py|~from a import b\n~|NONE",
                "letter.txt|~From me to you\n~|NONE",
                "run.sh|~#!/bin/sh\nRUN=1\n~|NONE",
                "a.yaml|~from: a\n~|NONE",
                "Dockerfile|~{}\n~|NONE",
                "query.sql|~SELECT 1\nFROM a\n~|NONE"
            })
    void goesByContentAndTakesTheNameForAHint(String name, String text, Recognition expected) {
        assertEquals(expected, DockerfileKind.create().recognise(document(name, text)));
    }

    @Test
    void findsTheIgnoreFileBesideTheDockerfile() throws Exception {
        SourceDocument file = document("a/Dockerfile", "FROM b:1\nCOPY . /c\n");
        SourceContext with = SourceContext.create()
                .withFiles(path ->
                        path.equals("a/.dockerignore") ? Optional.of(document(path, ".git")) : Optional.empty());
        assertEquals(
                Optional.of(true),
                DockerfileKind.create().read(file, with).get(0).hasIgnoreFile());
        assertEquals(
                Optional.empty(),
                DockerfileKind.create()
                        .read(file, SourceContext.create())
                        .get(0)
                        .hasIgnoreFile());
    }

    @Test
    void shipsTheTargetAndRefusesOneThatIsNotThere() throws Exception {
        SourceDocument file = document("Dockerfile", "FROM a AS b\nUSER 5\nFROM c\nUSER root\n");
        DockerfileKind kind = DockerfileKind.create();
        assertEquals(
                "b",
                kind.withTarget("b")
                        .read(file, SourceContext.create())
                        .get(0)
                        .target()
                        .flatMap(Stage::name)
                        .orElseThrow());
        MalformedSubjectException refusal = assertThrows(
                MalformedSubjectException.class, () -> kind.withTarget("d").read(file, SourceContext.create()));
        assertEquals(MalformedSubjectException.Reason.BAD_VALUE, refusal.reason());
    }
}
