"""A small real site for the sample practice: its words, its sound, and how it is made of them.

The episodes were spoken by espeak-ng and rung by a bell of four sine waves, and lie here as MP3 with their words.
"""
