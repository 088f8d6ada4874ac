;; XXH64 with seed 0 (https://xxhash.com). Compiled to `xxh64-module.ts` by `test/codec/xxh64/generate.ts`.
;;
;; The state of a hash lies in front of its input. Whoever hashes puts it there and takes it away again,
;; so that any number of hashes may be under way. The state of a new one is zeros.
;;
;;     0 – 31   four accumulators, of 64 bits
;;    32 – 39   how many bytes have been hashed
;;    40 – 47   the digest of these bytes
;;    48 …      the input, at most 1 MiB
(module
  (memory (export "memory") 17)

  ;; The primes of the algorithm. Engines take globals that cannot change for constants; each is written
  ;; out once, since nothing compresses them.
  (global $P1 i64 (i64.const 0x9E3779B185EBCA87))
  (global $P2 i64 (i64.const 0xC2B2AE3D27D4EB4F))
  (global $P3 i64 (i64.const 0x165667B19E3779F9))
  (global $P4 i64 (i64.const 0x85EBCA77C2B2AE63))
  (global $P5 i64 (i64.const 0x27D4EB2F165667C5))

  ;; Mixes an accumulator, or eight bytes of the input, into the digest. Of the two, only bytes turn it.
  (func $mix (param $digest i64) (param $value i64) (param $turn i64) (result i64)
    (i64.add
      (i64.mul
        (i64.rotl
          (i64.xor
            (i64.mul
              (i64.rotl (i64.mul (local.get $value) (global.get $P2)) (i64.const 31))
              (global.get $P1))
            (local.get $digest))
          (local.get $turn))
        (global.get $P1))
      (global.get $P4)))

  ;; Hashes `length` more bytes, and writes the digest of all up to here. Only the last call for a hash
  ;; may have a length that is no multiple of 32.
  (func (export "update") (param $length i32)
    (local $at i32) (local $next i32)
    (local $a i64) (local $b i64) (local $c i64) (local $d i64)
    (local $total i64) (local $digest i64)

    ;; The accumulators as they begin ($c with zero), or as they were left.
    (if (i64.eqz (local.tee $total (i64.load offset=32 (i32.const 0))))
      (then
        (local.set $a (i64.add (global.get $P1) (global.get $P2)))
        (local.set $b (global.get $P2))
        (local.set $d (i64.sub (local.get $total) (global.get $P1))))
      (else
        (local.set $a (i64.load offset=0 (i32.const 0)))
        (local.set $b (i64.load offset=8 (i32.const 0)))
        (local.set $c (i64.load offset=16 (i32.const 0)))
        (local.set $d (i64.load offset=24 (i32.const 0)))))

    ;; Stripes of 32 bytes, eight for each accumulator. Written four times: a call would take longer
    ;; than a round, and the processor does the four at once.
    (loop $stripes
      (if (i32.le_u (local.tee $next (i32.add (local.get $at) (i32.const 32))) (local.get $length))
        (then
          (local.set $a (i64.mul (global.get $P1) (i64.rotl (i64.add (i64.mul
            (i64.load offset=48 (local.get $at)) (global.get $P2)) (local.get $a)) (i64.const 31))))
          (local.set $b (i64.mul (global.get $P1) (i64.rotl (i64.add (i64.mul
            (i64.load offset=56 (local.get $at)) (global.get $P2)) (local.get $b)) (i64.const 31))))
          (local.set $c (i64.mul (global.get $P1) (i64.rotl (i64.add (i64.mul
            (i64.load offset=64 (local.get $at)) (global.get $P2)) (local.get $c)) (i64.const 31))))
          (local.set $d (i64.mul (global.get $P1) (i64.rotl (i64.add (i64.mul
            (i64.load offset=72 (local.get $at)) (global.get $P2)) (local.get $d)) (i64.const 31))))
          (local.set $at (local.get $next))
          (br $stripes))))

    (i64.store offset=0 (i32.const 0) (local.get $a))
    (i64.store offset=8 (i32.const 0) (local.get $b))
    (i64.store offset=16 (i32.const 0) (local.get $c))
    (i64.store offset=24 (i32.const 0) (local.get $d))
    (i64.store offset=32 (i32.const 0)
      (local.tee $total (i64.add (local.get $total) (i64.extend_i32_u (local.get $length)))))

    ;; What follows leaves the accumulators alone. Less than a stripe in all never reached them.
    (local.set $digest
      (i64.add
        (local.get $total)
        (if (result i64) (i64.lt_u (local.get $total) (i64.const 32))
          (then (global.get $P5))
          (else
            (i64.rotl (local.get $a) (i64.const 1))
            (i64.add (i64.rotl (local.get $b) (i64.const 7)))
            (i64.add (i64.rotl (local.get $c) (i64.const 12)))
            (i64.add (i64.rotl (local.get $d) (i64.const 18)))
            (call $mix (local.get $a) (i64.const 0))
            (call $mix (local.get $b) (i64.const 0))
            (call $mix (local.get $c) (i64.const 0))
            (call $mix (local.get $d) (i64.const 0))))))

    ;; What is left of the input is less than a stripe: eight bytes at a time, then four, then one.
    (loop $eights
      (if (i32.le_u (local.tee $next (i32.add (local.get $at) (i32.const 8))) (local.get $length))
        (then
          (local.set $digest (call $mix
            (local.get $digest) (i64.load offset=48 (local.get $at)) (i64.const 27)))
          (local.set $at (local.get $next))
          (br $eights))))
    (if (i32.le_u (local.tee $next (i32.add (local.get $at) (i32.const 4))) (local.get $length))
      (then
        (local.set $digest (i64.add (global.get $P3) (i64.mul (global.get $P2) (i64.rotl
          (i64.xor (i64.mul (i64.load32_u offset=48 (local.get $at)) (global.get $P1))
            (local.get $digest))
          (i64.const 23)))))
        (local.set $at (local.get $next))))
    (loop $ones
      (if (i32.lt_u (local.get $at) (local.get $length))
        (then
          (local.set $digest (i64.mul (global.get $P1) (i64.rotl
            (i64.xor (i64.mul (i64.load8_u offset=48 (local.get $at)) (global.get $P5))
              (local.get $digest))
            (i64.const 11))))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $ones))))

    ;; Every bit of the input reaches every bit of the digest.
    (i64.store offset=40 (i32.const 0)
      (i64.xor (i64.shr_u (local.tee $digest (i64.mul (global.get $P3)
        (i64.xor (i64.shr_u (local.tee $digest (i64.mul (global.get $P2)
          (i64.xor (i64.shr_u (local.get $digest) (i64.const 33)) (local.get $digest))))
          (i64.const 29)) (local.get $digest))))
        (i64.const 32)) (local.get $digest)))))
