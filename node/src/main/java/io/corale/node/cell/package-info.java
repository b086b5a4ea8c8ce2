/**
 * The Raft groups that this node holds: their birth, their hosting, and the driver of each awake
 * one.
 */
@org.jspecify.annotations.NullMarked
package io.corale.node.cell;
