package dev.tallyclerk.trust.sign;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A password as bytes in UTF-8, which are cleared at the end. */
final class PasswordBytes implements AutoCloseable {
    private static final int MOST_BYTES_PER_CHARACTER = 3;

    private final byte[] bytes;

    PasswordBytes(char[] password) {
        CharsetEncoder encoder = StandardCharsets.UTF_8
                .newEncoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        byte[] space = new byte[Math.multiplyExact(password.length, MOST_BYTES_PER_CHARACTER)];
        ByteBuffer encoded = ByteBuffer.wrap(space);
        encoder.encode(CharBuffer.wrap(password), encoded, true);
        encoder.flush(encoded);
        this.bytes = Arrays.copyOf(space, encoded.position());
        Arrays.fill(space, (byte) 0);
    }

    byte[] bytes() {
        return bytes;
    }

    @Override
    public void close() {
        Arrays.fill(bytes, (byte) 0);
    }
}
