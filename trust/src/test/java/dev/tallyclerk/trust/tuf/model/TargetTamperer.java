package dev.tallyclerk.trust.tuf.model;

import static dev.tallyclerk.trust.tuf.model.Owner.one;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** What who has the mirror can do to target files. */
final class TargetTamperer {
    private TargetTamperer() {}

    static void tamper(Mirror mirror, Random random) {
        if (mirror.targets.isEmpty()) {
            return;
        }
        Map.Entry<String, byte[]> target = one(List.copyOf(mirror.targets.entrySet()), random);
        String victim = target.getKey();
        byte[] file = target.getValue();
        byte[] other = one(List.copyOf(mirror.targets.values()), random);
        int length = file.length;
        switch (random.nextInt(8)) {
            case 0 -> mirror.overruledTargets.put(victim, path -> Optional.empty());
            case 1 ->
                mirror.overruledTargets.put(victim, path -> {
                    throw new IOException("status 500");
                });
            case 2 -> answer(mirror, victim, Arrays.copyOf(file, random.nextInt(length + 1)));
            case 3 -> answer(mirror, victim, Arrays.copyOf(file, length + 1));
            case 4 -> answer(mirror, victim, other);
            case 5 -> {
                byte[] changed = file.clone();
                if (length > 0) {
                    changed[random.nextInt(length)] ^= (byte) (1 << random.nextInt(8));
                }
                answer(mirror, victim, changed);
            }
            case 6 -> {
                byte[] start = Arrays.copyOf(file, random.nextInt(length + 2));
                mirror.overruledTargets.put(victim, path -> Optional.of(breakingOff(start)));
            }
            default -> mirror.overruledTargets.put(victim, path -> Optional.of(endless()));
        }
    }

    private static void answer(Mirror mirror, String victim, byte[] file) {
        mirror.overruledTargets.put(victim, path -> Optional.of(new ByteArrayInputStream(file)));
    }

    private static InputStream breakingOff(byte[] start) {
        return new SequenceInputStream(new ByteArrayInputStream(start), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("connection reset");
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                return read();
            }
        });
    }

    private static InputStream endless() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                Arrays.fill(into, offset, offset + length, (byte) 0);
                return length;
            }
        };
    }
}
