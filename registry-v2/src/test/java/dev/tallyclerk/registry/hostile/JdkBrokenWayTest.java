package dev.tallyclerk.registry.hostile;

/** The same through the client of the Java runtime. */
class JdkBrokenWayTest extends BrokenWayTest {
    @Override
    Pull pull() {
        return Pull.byJdk(folder);
    }

    /** It gives a connection back when it has the time, and the next request may be earlier. */
    @Override
    boolean keepsItsConnection() {
        return false;
    }
}
