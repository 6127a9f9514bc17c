package org.example;

/** Does nothing. */
public final class App {
    private App() {}

    public static void main(String[] args) {}
}
